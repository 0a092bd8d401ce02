"""The embedded events adapter keeps the contract."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from automl.backends.events.base import Events
from automl.backends.events.local import LocalEvents
from automl.testing.events import EventsContract


class TestLocalEvents(EventsContract):
    @pytest.fixture
    def events(self, tmp_path: Path) -> Iterator[Events]:
        events = LocalEvents(tmp_path / "events")
        yield events
        events.close()

    @pytest.fixture
    def peer(self, tmp_path: Path) -> Iterator[Events]:
        peer = LocalEvents(tmp_path / "events")
        yield peer
        peer.close()


class TestLocalEventsInSmallFiles(EventsContract):
    """A new file every hundred hints or so, with the readers in the midst of it."""

    @pytest.fixture
    def events(self, tmp_path: Path) -> Iterator[Events]:
        events = LocalEvents(tmp_path, file_bytes=64 * 1024)
        yield events
        events.close()
