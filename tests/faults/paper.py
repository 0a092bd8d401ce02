"""What a client has written down: each answer it got, kept outside the service that may die at any moment."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from automl.core.errors import NotFoundError, UnavailableError

FILE = "paper.jsonl"
_ASKED_AT_MOST = 100


class Paper:
    """Answers by the name of the question. A question on paper is not asked again."""

    def __init__(self, folder: Path, pause: Callable[[float], None]) -> None:
        self._path = folder / FILE
        self._pause = pause
        lines = self._path.read_text().splitlines() if self._path.exists() else []
        self._answers: dict[str, Any] = dict(json.loads(line) for line in lines)

    def __contains__(self, name: str) -> bool:
        return name in self._answers

    def get(self, name: str) -> Any:
        """The answer on paper, or None."""
        return self._answers.get(name)

    def those(self, prefix: str) -> Iterator[tuple[str, Any]]:
        """Questions that begin so, without the prefix, and their answers."""
        for name, answer in list(self._answers.items()):
            if name.startswith(prefix):
                yield name.removeprefix(prefix), answer

    def asked(self, call: Callable[[], Any]) -> Any:
        """What a client gets that asks again while the answer is 503. AssertionError: I9."""
        for _ in range(_ASKED_AT_MOST):
            try:
                return call()
            except UnavailableError:
                self._pause(0.02)
        raise AssertionError("I9: it is not answered")

    def once(self, name: str, call: Callable[[], Any]) -> Any:
        """The answer on paper, or the one that is asked for now."""
        if name not in self._answers:
            self.note(name, self.asked(call))
        return self._answers[name]

    def note(self, name: str, answer: Any = True) -> None:
        """Write an answer down."""
        self._answers[name] = answer
        with self._path.open("a") as file:
            file.write(json.dumps([name, answer]) + "\n")

    def deleted(self, name: str, call: Callable[[], object]) -> None:
        """Ask for a deletion. Asked again after its answer was lost it finds nothing, and that was wanted."""

        def gone() -> bool:
            try:
                call()
            except NotFoundError:
                return True
            return True

        self.once(name, gone)
