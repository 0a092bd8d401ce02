"""Work that must not hold up the clock: done in a thread that may be left behind."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable
from typing import Generic, TypeVar

from automl.core.errors import DeadlineExceededError

_log = logging.getLogger(__name__)
T = TypeVar("T")


class Errand(Generic[T]):
    """A call running in a thread of its own. Left behind when it is too slow: the thread ends with the process."""

    def __init__(self, name: str, call: Callable[[], T]) -> None:
        self._call = call
        self._done = threading.Event()
        self._result: list[T] = []
        self._error: BaseException | None = None
        self._name = name
        threading.Thread(target=self._run, name=name, daemon=True).start()

    @property
    def is_done(self) -> bool:
        """Whether it has ended, well or not."""
        return self._done.is_set()

    def result(self, timeout_s: float) -> T:
        """What the call gave. Raises what it raised; DeadlineExceededError: it goes on, and is not waited for."""
        if not self._done.wait(max(0.0, timeout_s)):
            raise DeadlineExceededError(f"{self._name} took too long.")
        if self._error is not None:
            raise self._error
        return self._result[0]

    def _run(self) -> None:
        try:
            self._result.append(self._call())
        # Whatever it is belongs to whoever asks for the result.
        except BaseException as error:  # noqa: BLE001
            self._error = error
        self._done.set()


def within(name: str, call: Callable[[], T], timeout_s: float) -> T:
    """The call's result. Raises what it raises; DeadlineExceededError after `timeout_s`, while it goes on."""
    return Errand(name, call).result(timeout_s)
