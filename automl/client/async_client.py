"""The asynchronous client: the same methods as the blocking one, over the same flows."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator, Mapping
from pathlib import Path
from typing import Any, BinaryIO, Self, TypeVar

import httpx2

from automl.client import flows, local
from automl.client.async_resources import AsyncDatasets, AsyncJobs, AsyncModels, AsyncPredictions, AsyncSystem
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
from automl.client.client import TIMEOUT_CONNECT_S
from automl.client.config import is_loopback, resolve
from automl.client.sources import is_dataset_id, source_of
from automl.core.errors import UnreachableError
from automl.core.spec import ReadOptions
from automl.core.views import DatasetView, EventView, StoredPredictionView

R = TypeVar("R")
# Between two pieces of a download.
_SAVE = httpx2.Timeout(600.0, connect=TIMEOUT_CONNECT_S)


class AsyncClient:
    """Speaks to one service; use it as an asynchronous context manager. Arguments as of Client."""

    def __init__(
        self,
        url: str | None = None,
        api_key: str | None = None,
        *,
        home: Path | None = None,
        transport: httpx2.AsyncBaseTransport | None = None,
    ) -> None:
        self._config = resolve(url, api_key, home)
        self._exit = contextlib.AsyncExitStack()
        self._transport = transport
        self.url = self._config.url or ""
        self.datasets = AsyncDatasets(self.run)
        self.jobs = AsyncJobs(self.run, self.events)
        self.models = AsyncModels(self.run)
        self.predictions = AsyncPredictions(self.run, self.save)
        self.system = AsyncSystem(self.run)

    async def __aenter__(self) -> Self:
        home = self._config.home
        if not self.url:
            self._exit.enter_context(local.presence(home))
            service, _ = await asyncio.to_thread(local.ensure, home)
            self.url = service.url
        key = self._config.api_key or local.read_key(home)
        self._http = await self._exit.enter_async_context(
            httpx2.AsyncClient(
                base_url=self.url,
                headers={"Authorization": f"Bearer {key}"} if key else {},
                timeout=httpx2.Timeout(60.0, connect=TIMEOUT_CONNECT_S),
                transport=self._transport,
                trust_env=not is_loopback(self.url),
            )
        )
        return self

    async def __aexit__(self, *exc: object) -> None:
        await self._exit.aclose()

    async def run(self, flow: Flow[R]) -> R:
        """Carry one flow out. Raises what the service answered as errors, UnreachableError when nothing answers."""
        try:
            step = next(flow)
            while True:
                if isinstance(step, Pause):
                    await asyncio.sleep(step.seconds)
                    step = flow.send(Answer(0, {}, b""))
                elif isinstance(step, Together):
                    step = flow.send(await self._together(step))
                else:
                    step = flow.send(await self._call(step))
        except StopIteration as stop:
            return stop.value  # type: ignore[no-any-return]  # a flow returns its R through StopIteration

    async def _together(self, step: Together) -> Answer:
        answers = await asyncio.gather(*(self._call(call) for call in step.calls), return_exceptions=True)
        for answer in answers:
            if isinstance(answer, BaseException):
                raise answer
        last = answers[-1]
        assert isinstance(last, Answer)
        return last

    async def _call(self, call: Call) -> Answer:
        for attempt in range(RETRIES + 1):
            try:
                response = await self._http.request(
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
                await asyncio.sleep(retry_delay_s(attempt, None))
                continue
            verdict = judge(response.status_code, response.headers, response.content, attempt)
            if isinstance(verdict, Answer):
                return verdict
            await asyncio.sleep(verdict.seconds)
        raise AssertionError("the last attempt returns or raises")

    async def save(self, path: str, target: BinaryIO, params: Mapping[str, Any] | None = None) -> None:
        """Write what a GET answers to a binary file piece by piece; begun anew where the connection breaks, so the file
        must be able to seek. Raises as `run`."""
        start = target.tell()
        for attempt in range(RETRIES + 1):
            try:
                async with self._http.stream("GET", path, params=dict(params or {}), timeout=_SAVE) as response:
                    if response.status_code < 400:
                        async for piece in response.aiter_bytes():
                            target.write(piece)
                        return
                    verdict = judge(response.status_code, response.headers, await response.aread(), attempt)
                    delay_s = verdict.seconds if isinstance(verdict, Pause) else 0.0
            except httpx2.TransportError as error:
                if attempt == RETRIES:
                    raise UnreachableError(f"{self.url} does not answer: {error}.") from error
                delay_s = retry_delay_s(attempt, None)
            target.seek(start)
            target.truncate()
            await asyncio.sleep(delay_s)

    async def events(self, job_id: str, after: int = 0) -> AsyncIterator[EventView]:
        """A job's durable events from `after` on until its terminal one; reconnects without gap or repetition."""
        failures = 0
        while True:
            headers = {"Accept": "text/event-stream", "Last-Event-ID": str(after)}
            try:
                async with self._http.stream("GET", f"/v1/jobs/{job_id}/events", headers=headers) as response:
                    if response.status_code == 204:
                        return
                    if response.status_code >= 400:
                        content = await response.aread()
                        raise error_of(response.status_code, content, response.headers.get("retry-after"))
                    async for event in httpx2.EventSource(response):
                        view = durable_event(event.data)
                        if view is not None:
                            failures, after = 0, view.seq
                            yield view
            except httpx2.TransportError as error:
                failures += 1
                if failures > RETRIES:
                    raise UnreachableError(f"{self.url} does not answer: {error}.") from error
            await asyncio.sleep(retry_delay_s(failures, None))

    async def upload(self, data: Any, *, name: str | None = None, options: ReadOptions | None = None) -> DatasetView:
        """Send a file, DataFrame or Arrow table and wait until it is a ready dataset."""
        source = source_of(data)
        dataset = await self.run(flows.upload(source.parts(), name or source.name, source.filename, options))
        return await self.run(flows.wait_ready(dataset.id))

    async def dataset_of(self, data: Any) -> DatasetView:
        """The dataset of an id, or the one that `upload` makes."""
        return await self.run(flows.wait_ready(data)) if is_dataset_id(data) else await self.upload(data)

    async def predict_dataset(
        self, model: str, data: Any, *, proba: bool = False, name: str | None = None
    ) -> StoredPredictionView:
        """Begin to answer a whole dataset: an id, a file, a DataFrame or an Arrow table. `predictions.wait` waits."""
        dataset = await self.dataset_of(data)
        return await self.predictions.create(model, dataset.id, proba=proba, name=name)
