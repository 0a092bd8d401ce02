"""States of things. Members know whether they are terminal; the allowed moves of a job stand in jobs/lifecycle.py."""

from __future__ import annotations

from enum import StrEnum


class JobKind(StrEnum):
    """What a job does."""

    FIT = "fit"
    INGEST = "ingest"
    PREDICT = "predict"


class JobState(StrEnum):
    """Life of a job; monotone."""

    QUEUED = "queued"
    RUNNING = "running"
    FINISHING = "finishing"
    SUCCEEDED = "succeeded"
    FAILED = "failed"
    CANCELLED = "cancelled"

    @property
    def is_terminal(self) -> bool:
        return self in (JobState.SUCCEEDED, JobState.FAILED, JobState.CANCELLED)


class Wanted(StrEnum):
    """What the owner wants of a job; the driver moves the observed state there."""

    RUN = "run"
    STOP = "stop"
    CANCEL = "cancel"


class DatasetState(StrEnum):
    """Life of a dataset version."""

    UPLOADING = "uploading"
    PROCESSING = "processing"
    READY = "ready"
    REJECTED = "rejected"
    DELETED = "deleted"

    @property
    def is_terminal(self) -> bool:
        return self in (DatasetState.READY, DatasetState.REJECTED, DatasetState.DELETED)


class TrialState(StrEnum):
    """What became of one configuration; `partial` has fewer folds than the study asks and joins no ensemble."""

    RUNNING = "running"
    PAUSED = "paused"
    COMPLETE = "complete"
    PARTIAL = "partial"
    FAILED = "failed"
    SKIPPED = "skipped"


class FoldStatus(StrEnum):
    """How one fold ended. `cut`: stopped by its slice but usable; `timed_out`: nothing usable."""

    OK = "ok"
    CUT = "cut"
    FAILED = "failed"
    TIMED_OUT = "timed_out"
