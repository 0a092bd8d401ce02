"""Many threads at the same call at once, for the races of the contract suites."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

T = TypeVar("T")


def together(calls: Sequence[Callable[[], T]], timeout_s: float = 60.0) -> list[T]:
    """Run every call in a thread of its own, released together; results in order. Raises the first error."""
    barrier = threading.Barrier(len(calls))

    def released(call: Callable[[], T]) -> T:
        barrier.wait(timeout_s)
        return call()

    with ThreadPoolExecutor(max_workers=len(calls)) as pool:
        return [each.result(timeout_s) for each in [pool.submit(released, call) for call in calls]]
