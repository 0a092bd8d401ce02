"""A bound on the bytes that are on the wire at once."""

from __future__ import annotations

import threading
import time

from automl.core.errors import OverloadedError


class ByteBudget:
    """Bytes that may be in flight together. A single request larger than the budget goes alone."""

    def __init__(self, limit_bytes: int) -> None:
        self._limit_bytes = limit_bytes
        self._used_bytes = 0
        self._freed = threading.Condition()

    @property
    def used_bytes(self) -> int:
        """In flight now."""
        with self._freed:
            return self._used_bytes

    def take(self, size_bytes: int, timeout_s: float) -> None:
        """Wait for room. OverloadedError: none came within `timeout_s`."""
        end = time.monotonic() + timeout_s
        with self._freed:
            while self._used_bytes and self._used_bytes + size_bytes > self._limit_bytes:
                if not self._freed.wait(end - time.monotonic()) and time.monotonic() >= end:
                    raise OverloadedError("Cassandra takes no more bytes at present.")
            self._used_bytes += size_bytes

    def give_back(self, size_bytes: int) -> None:
        """The request has ended, one way or the other."""
        with self._freed:
            self._used_bytes -= size_bytes
            self._freed.notify_all()
