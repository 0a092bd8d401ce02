"""The blocking client: carries flows out over one HTTP connection pool."""

from __future__ import annotations

import contextlib
import sys
import time
from collections.abc import Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any, BinaryIO, Self, TypeVar

import httpx2

from automl.client import flows, local
from automl.client.calls import (
    RETRIES,
    Answer,
    Call,
    Flow,
    Pause,
    Together,
    durable_event,
    error_of,
    judge,
    retry_delay_s,
)
from automl.client.config import is_loopback, resolve
from automl.client.resources import Datasets, Jobs, Models, Predictions, System
from automl.client.sources import is_dataset_id, source_of
from automl.core.errors import UnreachableError
from automl.core.spec import ReadOptions
from automl.core.views import DatasetView, EventView, StoredPredictionView

R = TypeVar("R")
TIMEOUT_CONNECT_S = 3.0
# Between two pieces of a download.
_SAVE = httpx2.Timeout(600.0, connect=TIMEOUT_CONNECT_S)


class Client:
    """Speaks to one service. Without a URL it attaches to this machine's, or starts one that ends with it.

    `transport` is for tests. Close it, or use it as a context manager.
    """

    def __init__(
        self,
        url: str | None = None,
        api_key: str | None = None,
        *,
        home: Path | None = None,
        quiet: bool = False,
        transport: httpx2.BaseTransport | None = None,
    ) -> None:
        config = resolve(url, api_key, home)
        self._exit = contextlib.ExitStack()
        self.url = config.url or self._attach(config.home, quiet)
        key = config.api_key or local.read_key(config.home)
        self.home = config.home
        self._http = self._exit.enter_context(
            httpx2.Client(
                base_url=self.url,
                headers={"Authorization": f"Bearer {key}"} if key else {},
                timeout=httpx2.Timeout(60.0, connect=TIMEOUT_CONNECT_S),
                transport=transport,
                trust_env=not is_loopback(self.url),
            )
        )
        self.datasets = Datasets(self.run)
        self.jobs = Jobs(self.run, self.events)
        self.models = Models(self.run)
        self.predictions = Predictions(self.run, self.save)
        self.system = System(self.run)

    def _attach(self, home: Path, quiet: bool) -> str:
        self._exit.enter_context(local.presence(home))
        service, started = local.ensure(home)
        if started and not quiet and sys.stderr.isatty():
            print(f"automl: started a local service at {service.url}, data in {home}", file=sys.stderr)  # noqa: T201  # narration
        return service.url

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *exc: object) -> None:
        self.close()

    def close(self) -> None:
        """Give the connections back; a service started on demand ends when its last client does."""
        self._exit.close()

    def run(self, flow: Flow[R]) -> R:
        """Carry one flow out. Raises what the service answered as errors, UnreachableError when nothing answers."""
        try:
            step = next(flow)
            while True:
                if isinstance(step, Pause):
                    time.sleep(step.seconds)
                    step = flow.send(Answer(0, {}, b""))
                elif isinstance(step, Together):
                    step = flow.send(self._together(step))
                else:
                    step = flow.send(self._call(step))
        except StopIteration as stop:
            return stop.value  # type: ignore[no-any-return]  # a flow returns its R through StopIteration

    def _together(self, step: Together) -> Answer:
        if len(step.calls) == 1:
            return self._call(step.calls[0])
        with ThreadPoolExecutor(len(step.calls)) as threads:
            return list(threads.map(self._call, step.calls))[-1]

    def _call(self, call: Call) -> Answer:
        for attempt in range(RETRIES + 1):
            try:
                response = self._http.request(
                    call.method,
                    call.path,
                    params=dict(call.params),
                    json=call.body,
                    content=call.content,
                    headers=dict(call.headers),
                    timeout=httpx2.Timeout(call.timeout_s, connect=TIMEOUT_CONNECT_S),
                )
            except httpx2.TransportError as error:
                if attempt == RETRIES:
                    raise UnreachableError(f"{self.url} does not answer: {error}.") from error
                time.sleep(retry_delay_s(attempt, None))
                continue
            verdict = judge(response.status_code, response.headers, response.content, attempt)
            if isinstance(verdict, Answer):
                return verdict
            time.sleep(verdict.seconds)
        raise AssertionError("the last attempt returns or raises")

    def save(self, path: str, target: BinaryIO, params: Mapping[str, Any] | None = None) -> None:
        """Write what a GET answers to a binary file piece by piece; begun anew where the connection breaks, so the file
        must be able to seek. Raises as `run`."""
        start = target.tell()
        for attempt in range(RETRIES + 1):
            try:
                with self._http.stream("GET", path, params=dict(params or {}), timeout=_SAVE) as response:
                    if response.status_code < 400:
                        for piece in response.iter_bytes():
                            target.write(piece)
                        return
                    verdict = judge(response.status_code, response.headers, response.read(), attempt)
                    delay_s = verdict.seconds if isinstance(verdict, Pause) else 0.0
            except httpx2.TransportError as error:
                if attempt == RETRIES:
                    raise UnreachableError(f"{self.url} does not answer: {error}.") from error
                delay_s = retry_delay_s(attempt, None)
            target.seek(start)
            target.truncate()
            time.sleep(delay_s)

    def events(self, job_id: str, after: int = 0) -> Iterator[EventView]:
        """A job's durable events from `after` on until its terminal one; reconnects without gap or repetition."""
        failures = 0
        while True:
            headers = {"Accept": "text/event-stream", "Last-Event-ID": str(after)}
            try:
                with self._http.stream("GET", f"/v1/jobs/{job_id}/events", headers=headers) as response:
                    if response.status_code == 204:
                        return
                    if response.status_code >= 400:
                        raise error_of(response.status_code, response.read(), response.headers.get("retry-after"))
                    for event in httpx2.EventSource(response):
                        view = durable_event(event.data)
                        if view is not None:
                            failures, after = 0, view.seq
                            yield view
            except httpx2.TransportError as error:
                failures += 1
                if failures > RETRIES:
                    raise UnreachableError(f"{self.url} does not answer: {error}.") from error
            time.sleep(retry_delay_s(failures, None))

    def upload(self, data: Any, *, name: str | None = None, options: ReadOptions | None = None) -> DatasetView:
        """Send a file, DataFrame or Arrow table and wait until it is a ready dataset."""
        source = source_of(data)
        dataset = self.run(flows.upload(source.parts(), name or source.name, source.filename, options))
        return self.run(flows.wait_ready(dataset.id))

    def dataset_of(self, data: Any) -> DatasetView:
        """The dataset of an id, or the one that `upload` makes."""
        return self.run(flows.wait_ready(data)) if is_dataset_id(data) else self.upload(data)

    def predict_dataset(
        self, model: str, data: Any, *, proba: bool = False, name: str | None = None
    ) -> StoredPredictionView:
        """Begin to answer a whole dataset: an id, a file, a DataFrame or an Arrow table. `predictions.wait` waits."""
        dataset = self.dataset_of(data)
        return self.predictions.create(model, dataset.id, proba=proba, name=name)
