"""A life's client reads the report of its model: whole, whatever was cut while it was made."""

from __future__ import annotations

from typing import Any

from automl.core.views import ModelVersionView
from automl.jobs.story import job_story
from automl.serving.reporting import ReportDesk
from tests.faults.whole_service import WholeService

_LIMIT_S = 3.0


def check_report(service: WholeService, tenant: str, version: ModelVersionView, asked: Any) -> None:
    """AssertionError: it never becomes whole. A process whose computation failed tells so for a minute; the next one,
    which a new desk stands for, computes it."""
    end = service.clock.monotonic() + 30.0
    while True:
        desk = ReportDesk(
            service.blobs,
            service.loader,
            service.clock,
            lambda owner, job_id: job_story(service.records, service.clock, owner, job_id),
            start=lambda call: call(),
            limit_s=_LIMIT_S,
        )
        report = asked(lambda desk=desk: desk.report(tenant, version))
        if report.performance.status == report.importance.status == "complete":
            return
        assert service.clock.monotonic() < end, f"I8: a report without its sections: {report.importance.reason}"
        service.clock.sleep(0.05)
