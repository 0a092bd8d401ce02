"""What a worker does with a unit: wait for the study's data, fit the fold, make it durable, answer with its result."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import TypeVar

from automl.backends.blobs.base import BlobInfo, BlobKey, Blobs, read_all
from automl.backends.compute.base import FoldRunner
from automl.core.clock import Clock
from automl.core.errors import AutomlError, DeadlineExceededError, StorageFullError, UnavailableError
from automl.core.failpoint import failpoint
from automl.core.states import FoldStatus
from automl.core.trials import FoldResult, Unit, fold_blob
from automl.training.ahead import FoldThread, guess
from automl.training.deadline import Deadline
from automl.training.fold import FittedFold, run_fold
from automl.training.fold_blob import pack, unpack
from automl.training.outlook import Outlook
from automl.training.patience import Patience
from automl.training.study_data import Blocks, StudyData, StudyPlan, study_blob

_POLL_S = 0.02
T = TypeVar("T")


def make_fold_runner(
    blobs: Blobs,
    block_store: Blocks,
    tenant: str,
    job_id: str,
    clock: Clock,
    *,
    worker: str = "",
    threads: int = 1,
    ahead: bool = False,
    outlook: Outlook | None = None,
) -> FoldRunner:
    """The function that does units of one job in this process. worker: this process's name in the results.

    A unit whose blob exists is not fitted again: its stored result is the answer, also for a fold that was begun
    before. A result is returned only after its blob is durable; results that hold no model have none. ahead: begin the
    fold that will probably be asked for next while a result is stored and told; for a process that does nothing else.
    outlook: where the driver says what it expects to ask for.
    """
    return _Runner(blobs, block_store, tenant, job_id, clock, worker, threads, ahead, outlook)


@dataclass
class _Runner:
    blobs: Blobs
    block_store: Blocks
    tenant: str
    job_id: str
    clock: Clock
    worker: str
    threads: int
    ahead: bool
    outlook: Outlook | None
    _data: StudyData | None = field(default=None)
    _thread: FoldThread | None = field(default=None)

    def __call__(self, unit: Unit) -> FoldResult:
        end = Deadline(unit.deadline_at, self.clock)
        try:
            return self._run(unit, end)
        except DeadlineExceededError as error:
            return self._without_model(unit, FoldStatus.TIMED_OUT, error.detail)
        except AutomlError as error:
            return self._without_model(unit, FoldStatus.FAILED, error.detail)
        finally:
            if self._thread is not None:
                self._thread.told()

    def _run(self, unit: Unit, end: Deadline) -> FoldResult:
        key = BlobKey(self.tenant, fold_blob(self.job_id, unit.trial, unit.fold))
        begun = None if self._thread is None else self._thread.take(unit)
        if begun is None:
            if self._thread is not None:
                # A learner need not wait for an answer that nearly always is no.
                self._thread.begin(unit)
            known = self._patiently(lambda: self.blobs.stat(key), end)
            if known is not None:
                return self._stored(known, end)
            begun = None if self._thread is None else self._thread.take(unit)
        data = self._wait_for_data(end)
        failpoint("training.fold.before")
        fitted = self._fitted(unit) if begun is None else begun.fitted()
        result = replace(fitted.result, worker=self.worker, blob=key.name if fitted.result.is_usable else None)
        if not result.is_usable:
            return result
        self._begin_next(unit, result, data.plan.k)
        packed = pack(replace(fitted, result=result))
        began = self.clock.monotonic()
        info = self._patiently(lambda: self.blobs.put(key, packed), end)
        # How quickly this store takes bytes says how large a package can be made at the end of the job.
        result = replace(result, store_s=self.clock.monotonic() - began)
        failpoint("training.fold.after")
        # Another attempt was first: its bytes are the fold.
        return replace(result, digest=info.sha256) if info.created else self._stored(info, end)

    def _begin_next(self, unit: Unit, result: FoldResult, k: int) -> None:
        if self._thread is None:
            return
        following = guess(unit, result, k, self.clock.now(), self.outlook)
        if following is not None:
            self._thread.begin(following)

    def _fitted(self, unit: Unit) -> FittedFold:
        if not self.ahead:
            return self._fit(unit, Deadline.after(unit.slice_s, self.clock).or_at(unit.deadline_at))
        if self._thread is None:
            wrong = (lambda unit: None) if self.outlook is None else self.outlook.release
            self._thread = FoldThread(self._fit, self.clock, wrong)
        return self._thread.fit(unit)

    def _fit(self, unit: Unit, deadline: Deadline) -> FittedFold:
        # The slice starts with the data: waiting for them is not this fold's doing, yet the job's end stands.
        assert self._data is not None
        return run_fold(unit, self._data, deadline, self.clock, self.threads)

    def _stored(self, info: BlobInfo, end: Deadline) -> FoldResult:
        data = self._patiently(lambda: read_all(self.blobs, info.key), end)
        return replace(unpack(data).result, blob=info.key.name, digest=info.sha256)

    def _wait_for_data(self, end: Deadline) -> StudyData:
        if self._data is not None:
            return self._data
        key = BlobKey(self.tenant, study_blob(self.job_id))
        while self._patiently(lambda: self.blobs.stat(key), end) is None:
            if end.passed:
                raise DeadlineExceededError("The data of this study were not encoded before the end of the job.")
            self.clock.sleep(_POLL_S)
        plan = StudyPlan.from_bytes(self._patiently(lambda: read_all(self.blobs, key), end))
        self._data = self._patiently(lambda: StudyData.load(plan, self.block_store), end)
        return self._data

    def _patiently(self, call: Callable[[], T], end: Deadline) -> T:
        # A store that is away for a moment costs time, not the fold.
        try:
            return Patience(end, self.clock).ask(call)
        except StorageFullError:
            raise
        except UnavailableError as error:
            raise DeadlineExceededError("The store did not answer before the end of the job.") from error

    def _without_model(self, unit: Unit, status: FoldStatus, reason: str) -> FoldResult:
        return FoldResult(trial=unit.trial, fold=unit.fold, status=status, worker=self.worker, error=reason)
