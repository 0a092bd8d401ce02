"""A fit whose result becomes the next version of a model that is there: which one, and whether it fits."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from automl.core.errors import ConflictError, ErrorItem, InvalidInputError, NotFoundError
from automl.core.spec import FitSpec
from automl.core.views import ModelVersionView
from automl.jobs.aggregate import JobRecord
from automl.jobs.checks import Checked
from automl.registry.models import Models
from automl.registry.versions import model_id_of

# The document of a model names each of its versions.
MAX_VERSIONS = 1000
_SHOWN = 5


def joined_model(models: Models, tenant: str, spec: FitSpec, checked: Checked) -> tuple[str, tuple[str, ...]]:
    """The id of the model that the spec names, and what its owner should know of the differences.

    NotFoundError: there is no such model. InvalidInputError `model_unfit`: it predicts another column, or is of another
    task. ConflictError `model_full`.
    """
    try:
        model = models.find(tenant, str(spec.model))
    except NotFoundError as error:
        raise NotFoundError(error.detail, errors=[ErrorItem("is not known", field="model")]) from None
    if len(model.versions) >= MAX_VERSIONS:
        raise ConflictError(
            f"The model has {len(model.versions)} versions, which is all it can have.",
            code="model_full",
            hint="Delete versions that nobody needs, or begin another model.",
            errors=[ErrorItem("is full", field="model")],
        )
    if model.latest is None:
        return model.id, ()
    _check_same(spec, checked, model.name, model.latest)
    return model.id, tuple(_differences(checked, model.latest))


def model_of(first: JobRecord) -> str:
    """The model whose version this job makes, made, or would have made."""
    made: Any = first.result.get("model_id") or first.plan.get("model_id")
    return str(made) if made else model_id_of(first.tenant, first.id)


def _check_same(spec: FitSpec, checked: Checked, name: str, known: ModelVersionView) -> None:
    items, words = [], []
    if spec.target != known.target:
        words.append(f"it predicts {known.target!r}, not {spec.target[:80]!r}")
        items.append(ErrorItem(f"the model predicts {known.target!r}", field="target", column=spec.target))
    if str(checked.task) != known.task:
        words.append(f"its task is {known.task}, here it is {checked.task}")
        items.append(ErrorItem(f"the model's task is {known.task}", field="task", sample=str(checked.task)))
    if items:
        raise InvalidInputError(
            f"This cannot become a version of {name!r}: {'; '.join(words)}.",
            code="model_unfit",
            hint="Name the same target and task, or leave 'model' out to begin another model.",
            errors=items,
        )


def _differences(checked: Checked, known: ModelVersionView) -> list[str]:
    what = f"Version {known.version} of the model"
    said = _sets("columns", what, [str(each["name"]) for each in known.features], checked.features)
    said += _sets("classes", what, known.classes or (), checked.classes or ())
    if checked.metric != known.metric:
        said.append(f"{what} was measured by {known.metric}, this one is by {checked.metric}: compare with care.")
    return said


def _sets(noun: str, what: str, before: Sequence[str], now: Sequence[str]) -> list[str]:
    parts: Mapping[str, list[str]] = {
        "new": [each for each in now if each not in set(before)],
        "missing": [each for each in before if each not in set(now)],
    }
    told = [f"{word}: {_named(names)}" for word, names in parts.items() if names]
    return [f"{what} has other {noun} ({'; '.join(told)})."] if told else []


def _named(names: Sequence[str]) -> str:
    more = f" and {len(names) - _SHOWN} more" if len(names) > _SHOWN else ""
    return ", ".join(repr(each[:60]) for each in names[:_SHOWN]) + more
