"""What SIGTERM and Ctrl-C do: cut a start short, which may take many seconds; later end the service in order."""

from __future__ import annotations

import contextlib
import signal
import threading
from collections.abc import Iterator
from types import FrameType


class Signals:
    """Set `stop`, and raise KeyboardInterrupt while `is_starting`. For the main thread."""

    def __init__(self, stop: threading.Event) -> None:
        self.stop = stop
        self._heard: int | None = None
        self.is_starting = True

    def install(self) -> None:
        """Take the place of whatever hears them now."""
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, self._hear)

    @contextlib.contextmanager
    def respected(self) -> Iterator[None]:
        """SIGTERM is obeyed, which is no failure; KeyboardInterrupt of Ctrl-C goes on."""
        try:
            yield
        except KeyboardInterrupt:
            if self._heard != signal.SIGTERM:
                raise

    def _hear(self, number: int, frame: FrameType | None) -> None:
        self.stop.set()
        if self.is_starting:
            # Once: what is started already is then ended in peace. The one exception that Ray lets through.
            self.is_starting, self._heard = False, number
            raise KeyboardInterrupt
