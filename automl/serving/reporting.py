"""Reports of model versions: quick sections at once, slow ones computed once beside what answers predictions.

Both are kept as blobs under deterministic names, insert-if-absent: two processes that compute the same report keep one.
They live as long as the version; one that is stored after the model was deleted is named by nothing and swept.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable
from typing import TypeVar

from pydantic import BaseModel, ValidationError

from automl.backends.blobs.base import BlobKey, Blobs, read_all
from automl.core.clock import Clock
from automl.core.errors import AutomlError, CorruptDataError, NotFoundError
from automl.core.failpoint import failpoint
from automl.core.report_views import ReportView
from automl.core.trials import Task
from automl.core.views import ModelVersionView
from automl.registry.versions import evidence_blob, insights_blob, report_blob
from automl.reports.build import (
    NO_EVIDENCE,
    Insights,
    Known,
    Quick,
    performance_of,
    quick_sections,
    report_view,
    without_data,
)
from automl.reports.evidence import Evidence, unpack
from automl.reports.story import JobStory
from automl.serving.insights import LIMIT_S, compute_insights
from automl.serving.loader import PackageLoader

_log = logging.getLogger(__name__)
M = TypeVar("M", bound=BaseModel)

# A computation that failed is begun again after this.
_AGAIN_S = 60.0
_PENDING = "It is being computed; ask again in a moment."

Start = Callable[[Callable[[], None]], None]


def in_a_thread(call: Callable[[], None]) -> None:
    """Run it beside everything else; it ends with the process."""
    threading.Thread(target=call, name="insights", daemon=True).start()


class ReportDesk:
    """Safe for many threads. story: tenant, job id → what the job's record tells, None when it was deleted; start: runs
    a slow computation in the background; limit_s: of the slow sections of one report, about."""

    def __init__(
        self,
        blobs: Blobs,
        loader: PackageLoader,
        clock: Clock,
        story: Callable[[str, str], JobStory | None],
        start: Start = in_a_thread,
        limit_s: float = LIMIT_S,
    ) -> None:
        self._blobs = blobs
        self._loader = loader
        self._clock = clock
        self._story = story
        self._start = start
        self._limit_s = limit_s
        self._lock = threading.Lock()
        # One at a time: predictions need the CPU as well.
        self._turn = threading.Lock()
        self._running: set[BlobKey] = set()
        self._failed: dict[BlobKey, tuple[str, float]] = {}

    def report(self, tenant: str, version: ModelVersionView, costs: tuple[float, float] | None = None) -> ReportView:
        """What there is, at once; begins what is missing. costs: of a missed positive and of a false alarm.

        Raises UnavailableError; NotFoundError, CorruptDataError: the package is gone or damaged.
        """
        wants_costs = costs is not None and version.task == Task.BINARY
        quick = self._stored(BlobKey(tenant, report_blob(version.job_id)), Quick)
        evidence = self._evidence(tenant, version) if quick is None or wants_costs else None
        if quick is None:
            quick = self._quick(tenant, version, evidence)
        if wants_costs and evidence is not None:
            quick = quick.model_copy(update={"performance": performance_of(Task.BINARY, evidence, costs)})
        return report_view(version, quick, self._insights(tenant, version, quick))

    # --- inside -------------------------------------------------------------------------------------------------
    def _quick(self, tenant: str, version: ModelVersionView, evidence: Evidence | None) -> Quick:
        manifest = self._loader.predictor_of(tenant, version).manifest
        quick = quick_sections(Known(version, manifest, evidence, self._story(tenant, version.job_id)))
        # Without evidence: a driver may be about to store it.
        if evidence is not None:
            failpoint("reports.quick.before")
            self._blobs.put(BlobKey(tenant, report_blob(version.job_id)), quick.model_dump_json().encode())
            failpoint("reports.quick.after")
        return quick

    def _insights(self, tenant: str, version: ModelVersionView, quick: Quick) -> Insights:
        key = BlobKey(tenant, insights_blob(version.job_id))
        kept = self._stored(key, Insights)
        if kept is not None:
            return kept
        if quick.performance.data is None:
            return without_data("unavailable", NO_EVIDENCE)
        with self._lock:
            failed = self._failed.get(key)
            if failed is not None and self._clock.monotonic() - failed[1] < _AGAIN_S:
                return without_data("unavailable", failed[0])
            begin = key not in self._running
            self._running.add(key)
        if begin:
            self._start(lambda: self._compute(key, version))
            # A quick one, or one that is done at once, need not be asked for twice.
            kept = self._stored(key, Insights)
        return kept or without_data("pending", _PENDING)

    def _compute(self, key: BlobKey, version: ModelVersionView) -> None:
        try:
            with self._turn:
                evidence = unpack(read_all(self._blobs, BlobKey(key.tenant, evidence_blob(version.job_id))))
                predictor = self._loader.predictor_of(key.tenant, version)
                found = compute_insights(self._blobs, key.tenant, version, evidence, predictor, self._limit_s)
                failpoint("reports.insights.before")
                self._blobs.put(key, found.model_dump_json().encode())
                failpoint("reports.insights.after")
        except AutomlError as error:
            self._fail(key, error.detail)
        # The border of a thread: what went wrong is told to whoever asks for the report.
        except Exception as error:  # noqa: BLE001
            _log.warning("insights of %s failed", version.model_id, exc_info=error)
            self._fail(key, f"It could not be computed: {str(error)[:200]}")
        finally:
            with self._lock:
                self._running.discard(key)

    def _fail(self, key: BlobKey, reason: str) -> None:
        with self._lock:
            self._failed[key] = (reason, self._clock.monotonic())

    def _evidence(self, tenant: str, version: ModelVersionView) -> Evidence | None:
        try:
            return unpack(read_all(self._blobs, BlobKey(tenant, evidence_blob(version.job_id))))
        except (NotFoundError, CorruptDataError) as error:
            _log.warning("model %s: %s", version.model_id, error.detail)
            return None

    def _stored(self, key: BlobKey, kind: type[M]) -> M | None:
        try:
            return kind.model_validate_json(read_all(self._blobs, key))
        except NotFoundError:
            return None
        except (ValidationError, CorruptDataError) as error:
            # Of an older release, or damaged: made again for this answer.
            _log.warning("%s cannot be read: %s", key.name, error)
            return None
