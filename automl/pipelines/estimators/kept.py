"""The last few things a process made of a fold, for the next configuration that needs the same."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable, Hashable
from typing import Generic, TypeVar

Key = TypeVar("Key", bound=Hashable)
Value = TypeVar("Value")


class Kept(Generic[Key, Value]):
    """At most `size` values, the last used ones. Safe for many threads; one makes a value, the others wait."""

    def __init__(self, size: int) -> None:
        self._size = size
        self._values: OrderedDict[Key, Value] = OrderedDict()
        self._lock = threading.Lock()

    @property
    def keys(self) -> tuple[Key, ...]:
        """Of the kept values, the longest unused one first."""
        with self._lock:
            return tuple(self._values)

    def clear(self) -> None:
        """Keep nothing."""
        with self._lock:
            self._values.clear()

    def get(self, key: Key | None, make: Callable[[], Value]) -> Value:
        """The value of a key, made when it is not kept. None: make it and keep nothing."""
        if key is None:
            return make()
        with self._lock:
            if key not in self._values:
                self._values[key] = make()
                while len(self._values) > self._size:
                    self._values.popitem(last=False)
            self._values.move_to_end(key)
            return self._values[key]
