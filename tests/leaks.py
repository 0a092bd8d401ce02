"""What a service must not leave behind: actors, placement groups, CPUs, scratch folders, blobs that nobody names."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from automl.backends.blobs.base import BlobInfo, BlobKey, BlobNames
from automl.backends.metrics.memory import MemoryMetrics
from automl.backends.records.base import Kind
from automl.bootstrap.adapters import Adapters, make_adapters
from automl.bootstrap.services import make_services
from automl.jobs.sweeps import YOUNG_S, Sweeps
from automl.settings import Settings
from automl.testing.clock import ManualClock
from tests.ray_state import RayLook

# Past the youth of any blob, and past the life of a view.
_HOUR_LATER_S, _DAYS_LATER_S = YOUNG_S + 1.0, 48 * YOUNG_S
_PAGE = 200


def node_leaks(home: Path) -> list[str]:
    """What jobs left on the node, in words; to be asked when none is active."""
    scratch = home / "node" / "scratch"
    return [f"the scratch folder {each.name}" for each in scratch.glob("*")] if scratch.is_dir() else []


def leaks(home: Path, look: RayLook, timeout_s: float = 120.0) -> list[str]:
    """What is still there of ended jobs when the time is up, in words."""
    end = time.monotonic() + timeout_s
    while True:
        found = look.look()
        left = ["Ray does not answer"] if found is None else found.leftovers()
        left += node_leaks(home)
        if not left or time.monotonic() > end:
            return left
        time.sleep(0.5)


def unnamed_blobs(home: Path, prefix: str = "") -> list[str]:
    """Blobs that the sweep would take once they are an hour old; none is taken. To be asked when no job is active."""
    with _opened(home) as (adapters, models):
        kept = _Kept(adapters.blobs)
        clock = ManualClock(now=adapters.clock.now() + _HOUR_LATER_S)
        _sweep(Sweeps(adapters.records, kept, models, clock), adapters)
        return [name for name in kept.deleted if name.startswith(prefix)]


def after_a_sweep(home: Path) -> tuple[list[str], list[str]]:
    """(blobs, keys of active records) that are left after everything unnamed was old enough to go. The service must
    have ended."""
    with _opened(home) as (adapters, models):
        clock = ManualClock(now=adapters.clock.now() + _DAYS_LATER_S)
        _sweep(Sweeps(adapters.records, adapters.blobs, models, clock), adapters)
        blobs = [name for name, _ in _names(adapters.blobs)]
        kinds = (Kind.JOB, Kind.MODEL, Kind.DATASET)
        return blobs, [str(key) for kind in kinds for key in adapters.records.active(kind)]


@contextmanager
def _opened(home: Path) -> Iterator[tuple[Adapters, Any]]:
    settings = Settings.model_validate({"home": home})
    adapters = make_adapters(settings, MemoryMetrics())
    try:
        yield adapters, make_services(settings, adapters).models
    finally:
        adapters.events.close()


def _sweep(sweeps: Sweeps, adapters: Adapters) -> None:
    for _ in range(len(_names(adapters.blobs)) // _PAGE + 2):
        sweeps.blob_page([])


def _names(blobs: Any) -> list[tuple[str, BlobInfo]]:
    found, cursor = [], None
    while True:
        page = blobs.names(cursor, _PAGE)
        found += [(info.key.name, info) for info in page.items]
        cursor = page.cursor
        if cursor is None:
            return found


class _Kept:
    """Blobs of which none goes: what a sweep would delete is noted instead."""

    def __init__(self, blobs: Any) -> None:
        self._blobs = blobs
        self.deleted: list[str] = []

    def names(self, cursor: str | None = None, limit: int = 1000) -> BlobNames:
        found: BlobNames = self._blobs.names(cursor, limit)
        return found

    def delete(self, key: BlobKey) -> None:
        if key.name not in self.deleted:
            self.deleted.append(key.name)
