"""When the sections of a report are computed: once, in turn, again after a failure, and never lost with a process."""

import hashlib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from automl.backends.blobs.base import BlobKey
from automl.backends.blobs.memory import MemoryBlobs
from automl.core import failpoint
from automl.core.errors import UnavailableError
from automl.core.views import ModelVersionView
from automl.registry.versions import evidence_blob, insights_blob, package_blob, report_blob
from automl.reports.evidence import pack
from automl.serving.loader import PackageLoader
from automl.serving.reporting import ReportDesk
from automl.testing.clock import ManualClock
from tests.unit.api.routes.test_reports import _evidence as evidence_of
from tests.unit.serving.conftest import train as train

JOB = "job_" + "a" * 20


class Site:
    """A desk over one stored model with evidence; its slow computations wait in `begun`."""

    def __init__(self, folder: Path, trained: Any) -> None:
        self.clock, self.blobs = ManualClock(), MemoryBlobs(ManualClock())
        self.blobs.put(BlobKey("acme", package_blob(JOB)), trained.package)
        self.blobs.put(BlobKey("acme", evidence_blob(JOB)), pack(evidence_of(trained)))
        self.version = ModelVersionView.model_validate(
            {
                "model_id": "mdl_" + "a" * 20, "version": "1", "label": "LightGBM_20270115_080000", "job_id": JOB,
                "dataset_id": "ds_" + "a" * 20, "target": "sold", "task": "binary", "metric": "log_loss",
                "digest": hashlib.sha256(trained.package).hexdigest(), "classes": ["no", "yes"],
                "created_at": "2027-01-15T08:00:00Z",
            }
        )  # fmt: skip
        self.begun: list[Callable[[], None]] = []
        self.folder = folder
        self.desk = self.another()

    def another(self) -> ReportDesk:
        """The desk of another process."""
        loader = PackageLoader(self.blobs, self.folder, 1 << 28)
        return ReportDesk(self.blobs, loader, self.clock, lambda tenant, job: None, self.begun.append)

    def has(self, name: str) -> bool:
        return self.blobs.stat(BlobKey("acme", name)) is not None


@pytest.fixture
def site(tmp_path: Path, train: Callable[..., Any]) -> Site:
    return Site(tmp_path, train())


def test_quick_sections_are_kept_and_slow_ones_begun_once(site: Site) -> None:
    first = site.desk.report("acme", site.version)
    assert (first.status, first.scores.status, first.importance.status) == ("pending", "complete", "pending")
    assert site.has(report_blob(JOB))
    assert site.desk.report("acme", site.version) == first
    assert len(site.begun) == 1
    site.begun[0]()
    assert site.has(insights_blob(JOB))
    assert site.desk.report("acme", site.version).status == "partial", "its dataset never was"


def test_two_processes_keep_one_result(site: Site) -> None:
    other = site.another()
    site.desk.report("acme", site.version)
    other.report("acme", site.version)
    for call in site.begun:
        call()
    assert len(site.begun) == 2
    assert other.report("acme", site.version) == site.desk.report("acme", site.version)


def test_a_failure_says_why_and_is_tried_again_later(site: Site) -> None:
    site.desk.report("acme", site.version)
    failpoint.arm("reports.insights.before", "full", at_visit=1)
    try:
        site.begun[0]()
    finally:
        failpoint.disarm()
    failed = site.desk.report("acme", site.version)
    assert failed.importance.status == "unavailable"
    assert "failpoint" in str(failed.importance.reason)
    assert len(site.begun) == 1
    site.clock.advance(61.0)
    assert site.desk.report("acme", site.version).importance.status == "pending"
    assert len(site.begun) == 2


def test_a_store_that_is_away_is_told_to_the_caller(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    def away(key: BlobKey) -> Any:
        raise UnavailableError("away")

    monkeypatch.setattr(site.blobs, "read", away)
    with pytest.raises(UnavailableError):
        site.desk.report("acme", site.version)


def test_damaged_sections_are_made_again_for_the_answer(site: Site) -> None:
    site.blobs.put(BlobKey("acme", report_blob(JOB)), b"{}")
    assert site.desk.report("acme", site.version).performance.status == "complete"


def test_without_evidence_nothing_is_kept(site: Site) -> None:
    site.blobs.delete(BlobKey("acme", evidence_blob(JOB)))
    report = site.desk.report("acme", site.version)
    assert (report.performance.status, report.members.status) == ("unavailable", "complete")
    assert not site.has(report_blob(JOB)), "a driver may be about to store the evidence"
    assert site.begun == []
