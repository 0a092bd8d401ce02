"""The API's operations as flows: paths, bodies and how answers are read, each written once."""

from __future__ import annotations

import hashlib
import uuid
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, TypeVar

from automl.client.calls import Answer, Call, Flow, Pause, Together
from automl.core.errors import ConflictError, DatasetRejectedError, ErrorItem, InvalidInputError, JobFailedError
from automl.core.spec import FitSpec, PredictSpec, ReadOptions
from automl.core.states import DatasetState, JobState
from automl.core.views import (
    DatasetView,
    JobView,
    LeaderboardRow,
    LogLine,
    ModelVersionView,
    ModelView,
    Page,
    PredictionView,
    StoredPredictionView,
)

PART_BYTES = 8 * 1024 * 1024
_PARTS_AT_ONCE = 2
T = TypeVar("T")

TARGET_NAMES = ("target", "label", "class", "y", "outcome")


def _new_key() -> dict[str, str]:
    return {"Idempotency-Key": uuid.uuid4().hex}


def get_json(path: str, params: Mapping[str, Any] | None = None) -> Flow[Any]:
    """Any GET, as plain JSON values."""
    answer: Answer = yield Call("GET", path, params=params or {})
    return answer.json()


def self_test() -> Flow[dict[str, Any]]:
    """Ask the service to test itself."""
    answer: Answer = yield Call("POST", "/v1/system/selftest", timeout_s=60.0)
    return dict(answer.json())


def page_code() -> Flow[str]:
    """A one-time code that signs a browser in as the owner of this client's key."""
    answer: Answer = yield Call("POST", "/v1/session/codes")
    return str(answer.json()["code"])


def get_bytes(path: str, timeout_s: float = 600.0) -> Flow[bytes]:
    """Any GET, as bytes."""
    answer: Answer = yield Call("GET", path, timeout_s=timeout_s)
    return answer.content


def upload(parts: Iterable[bytes], name: str, filename: str | None, options: ReadOptions | None) -> Flow[DatasetView]:
    """Send a file in hashed parts and close the upload; the dataset is then being read."""
    body = {"name": name, "filename": filename, "options": (options or ReadOptions()).model_dump(exclude_defaults=True)}
    answer: Answer = yield Call("POST", "/v1/datasets", body=body, headers=_new_key())
    dataset = DatasetView.model_validate(answer.json())
    whole, size, calls = hashlib.sha256(), 0, list[Call]()
    for number, part in enumerate(parts):
        whole.update(part)
        size += len(part)
        digest = hashlib.sha256(part).hexdigest()
        headers = {"Content-Type": "application/octet-stream", "X-Content-SHA256": digest}
        path = f"/v1/datasets/{dataset.id}/parts/{number}"
        calls.append(Call("PUT", path, content=part, headers=headers, timeout_s=300.0))
        # One part is received while the other is being stored.
        if len(calls) == _PARTS_AT_ONCE:
            yield Together(tuple(calls))
            calls.clear()
    if calls:
        yield Together(tuple(calls))
    done = {"size_bytes": size, "sha256": whole.hexdigest()}
    answer = yield Call("POST", f"/v1/datasets/{dataset.id}/complete", body=done)
    return DatasetView.model_validate(answer.json())


def wait_ready(dataset_id: str) -> Flow[DatasetView]:
    """Until it is ready. DatasetRejectedError: it was refused, and why; ConflictError: it is not being read."""
    delay = 0.05
    while True:
        answer: Answer = yield Call("GET", f"/v1/datasets/{dataset_id}")
        dataset = DatasetView.model_validate(answer.json())
        if dataset.state is DatasetState.READY:
            return dataset
        if dataset.state is DatasetState.REJECTED and dataset.error is not None:
            problem = dataset.error
            known = ErrorItem.__dataclass_fields__
            items = [ErrorItem(**{k: v for k, v in item.items() if k in known}) for item in problem.errors]
            raise DatasetRejectedError(problem.detail, code=problem.code, hint=problem.hint, errors=items)
        if dataset.state is not DatasetState.PROCESSING:
            raise ConflictError(f"The dataset {dataset_id} is {dataset.state}, not being read.")
        yield Pause(delay)
        delay = min(1.0, delay * 1.5)


def example(name: str) -> Flow[DatasetView]:
    """Make a dataset of one of the service's example tables."""
    answer: Answer = yield Call("POST", "/v1/datasets", body={"example": name}, headers=_new_key())
    return DatasetView.model_validate(answer.json())


def dataset(dataset_id: str) -> Flow[DatasetView]:
    answer: Answer = yield Call("GET", f"/v1/datasets/{dataset_id}")
    return DatasetView.model_validate(answer.json())


def datasets(cursor: str | None, limit: int, search: str | None = None) -> Flow[Page[DatasetView]]:
    return (yield from _found(Page[DatasetView], "/v1/datasets", _paging(cursor, limit) | _search(search)))


def guess_target(dataset_id: str) -> Flow[str]:
    """The one column with a conventional target name. InvalidInputError: none or several; lists the columns."""
    answer: Answer = yield Call("GET", f"/v1/datasets/{dataset_id}/profile")
    names = [column["name"] for column in answer.json()["columns"]]
    fitting = [name for name in names if name.lower() in TARGET_NAMES]
    if len(fitting) == 1:
        return str(fitting[0])
    shown = ", ".join(names[:30]) + (", …" if len(names) > 30 else "")
    raise InvalidInputError(
        "Name the column to predict.",
        code="target_missing",
        hint=f"Columns: {shown}.",
        errors=[ErrorItem("no target given", field="target")],
    )


def submit(spec: FitSpec) -> Flow[JobView]:
    answer: Answer = yield Call("POST", "/v1/jobs", body=spec.to_json(), headers=_new_key())
    return JobView.model_validate(answer.json())


def job(job_id: str) -> Flow[JobView]:
    answer: Answer = yield Call("GET", f"/v1/jobs/{job_id}")
    return JobView.model_validate(answer.json())


def jobs(
    cursor: str | None, limit: int, states: Sequence[str] = (), search: str | None = None, kind: str | None = None
) -> Flow[Page[JobView]]:
    """A page of jobs; pages that found nothing yet are followed to the next one."""
    params = _paging(cursor, limit) | _search(search) | ({"state": list(states)} if states else {})
    return (yield from _found(Page[JobView], "/v1/jobs", params | ({"kind": kind} if kind else {})))


def control(job_id: str, verb: str, body: Mapping[str, Any] | None = None) -> Flow[JobView]:
    """stop, cancel, extend or refit; repeated by a retry, it is done once."""
    answer: Answer = yield Call("POST", f"/v1/jobs/{job_id}:{verb}", body=dict(body or {}), headers=_new_key())
    return JobView.model_validate(answer.json())


def update_job(job_id: str, name: str | None, priority: int | None) -> Flow[JobView]:
    """Another name or priority; None leaves it."""
    wished = {"name": name, "priority": priority}
    body = {each: value for each, value in wished.items() if value is not None}
    answer: Answer = yield Call("PATCH", f"/v1/jobs/{job_id}", body=body)
    return JobView.model_validate(answer.json())


def leaderboard(job_id: str, most: int | None = None) -> Flow[list[LeaderboardRow]]:
    """The rows, best first; all of them, or so many."""
    rows: dict[int, LeaderboardRow] = {}
    cursor = None
    while True:
        limit = 200 if most is None else min(200, most - len(rows))
        answer: Answer = yield Call("GET", f"/v1/jobs/{job_id}/leaderboard", params=_paging(cursor, limit))
        page = Page[LeaderboardRow].model_validate(answer.json())
        # While a job goes on, a row may have moved behind the page before.
        rows |= {row.trial: row for row in page.items}
        cursor = page.cursor
        if cursor is None or (most is not None and len(rows) >= most):
            return list(rows.values())


def logs(job_id: str, level: str, cursor: str | None, limit: int, tail: bool) -> Flow[Page[LogLine]]:
    params = _paging(cursor, limit) | {"level": level} | ({"tail": True} if tail else {})
    answer: Answer = yield Call("GET", f"/v1/jobs/{job_id}/logs", params=params)
    return Page[LogLine].model_validate(answer.json())


def remove(path: str) -> Flow[None]:
    yield Call("DELETE", path)


def model(model_id: str) -> Flow[ModelView]:
    answer: Answer = yield Call("GET", f"/v1/models/{model_id}")
    return ModelView.model_validate(answer.json())


def models(cursor: str | None, limit: int, search: str | None = None) -> Flow[Page[ModelView]]:
    return (yield from _found(Page[ModelView], "/v1/models", _paging(cursor, limit) | _search(search)))


def versions(model_id: str) -> Flow[list[ModelVersionView]]:
    """All of a model, newest first."""
    answer: Answer = yield Call("GET", f"/v1/models/{model_id}/versions")
    return Page[ModelVersionView].model_validate(answer.json()).items


def version(model_id: str, version_id: str) -> Flow[ModelVersionView]:
    answer: Answer = yield Call("GET", f"/v1/models/{model_id}/versions/{version_id}")
    return ModelVersionView.model_validate(answer.json())


def set_alias(model_id: str, alias: str, version_id: str) -> Flow[ModelView]:
    answer: Answer = yield Call("PUT", f"/v1/models/{model_id}/aliases/{alias}", body={"version": version_id})
    return ModelView.model_validate(answer.json())


def predict(model_id: str, rows: Sequence[Mapping[str, Any]], proba: bool) -> Flow[PredictionView]:
    body = {"rows": [dict(row) for row in rows], "proba": proba}
    answer: Answer = yield Call("POST", f"/v1/models/{model_id}/predict", body=body)
    return PredictionView.model_validate(answer.json())


def predict_dataset(spec: PredictSpec) -> Flow[JobView]:
    body = spec.model_dump(mode="json", exclude_none=True)
    answer: Answer = yield Call("POST", "/v1/predictions", body=body, headers=_new_key())
    return JobView.model_validate(answer.json())


def prediction(prediction_id: str) -> Flow[StoredPredictionView]:
    answer: Answer = yield Call("GET", f"/v1/predictions/{prediction_id}")
    return StoredPredictionView.model_validate(answer.json())


def predictions(cursor: str | None, limit: int) -> Flow[Page[StoredPredictionView]]:
    answer: Answer = yield Call("GET", "/v1/predictions", params=_paging(cursor, limit))
    return Page[StoredPredictionView].model_validate(answer.json())


def wait_prediction(prediction_id: str) -> Flow[StoredPredictionView]:
    """Until it has ended well. JobFailedError: it did not, and why."""
    delay = 0.05
    while True:
        view = yield from prediction(prediction_id)
        if view.state.is_terminal:
            return succeeded(view)
        yield Pause(delay)
        delay = min(1.0, delay * 1.5)


def succeeded(view: StoredPredictionView) -> StoredPredictionView:
    """The prediction itself. JobFailedError: it ended in another way."""
    if view.state is JobState.SUCCEEDED:
        return view
    if view.error is None:
        raise JobFailedError(f"The prediction ended {view.state}.", code=f"job_{view.state}")
    raise JobFailedError(view.error.detail, code=view.error.code, hint=view.error.hint)


def roll_back(model_id: str, alias: str) -> Flow[ModelView]:
    """Let an alias mean what it meant before; repeated by a retry, it goes back once."""
    known = yield from model(model_id)
    body = {"version": known.aliases[alias]} if alias in known.aliases else {}
    answer: Answer = yield Call("POST", f"/v1/models/{known.id}/aliases/{alias}:rollback", body=body)
    return ModelView.model_validate(answer.json())


def _found(kind: type[Page[T]], path: str, params: Mapping[str, Any]) -> Flow[Page[T]]:
    # A search looks at so many things at a time, and may not have met one that fits.
    while True:
        answer: Answer = yield Call("GET", path, params=params)
        page = kind.model_validate(answer.json())
        if page.items or page.cursor is None:
            return page
        params = {**params, "cursor": page.cursor}


def _search(text: str | None) -> dict[str, Any]:
    return {"search": text} if text else {}


def _paging(cursor: str | None, limit: int) -> dict[str, Any]:
    return {"limit": limit} | ({"cursor": cursor} if cursor else {})
