"""What reading a file found: each coercion, oddity or choice, with counts and examples."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from typing import Any, Literal, Self

EXAMPLES = 3
_SAMPLE = 64


@dataclass(frozen=True)
class Finding:
    """One line of the ingest report. level: `warn` changed or may surprise, `info` was certain. examples: escaped."""

    code: str
    message: str
    column: str | None = None
    count: int | None = None
    examples: tuple[str, ...] = ()
    level: Literal["info", "warn"] = "warn"

    def to_json(self) -> dict[str, Any]:
        """The set fields alone."""
        return {name: value for name, value in asdict(self).items() if value not in (None, ())}

    @classmethod
    def from_json(cls, body: Mapping[str, Any]) -> Self:
        """The inverse of `to_json`."""
        return cls(**{**body, "examples": tuple(body.get("examples", ()))})

    def sentence(self) -> str:
        """As one line for people."""
        place = "" if self.column is None else f"{self.column}: "
        return f"{place}{self.message}" + (f" ({', '.join(self.examples)})" if self.examples else "")


def sample(value: object) -> str:
    """A value as it may be shown: at most 64 characters, nothing that a terminal or page would act on."""
    text = value if isinstance(value, str) else repr(value)
    shown = "".join(char if char.isprintable() else char.encode("unicode_escape").decode() for char in text[:_SAMPLE])
    return shown if len(shown) <= _SAMPLE and len(text) <= _SAMPLE else shown[: _SAMPLE - 1] + "…"


def samples(values: Iterable[object]) -> tuple[str, ...]:
    """The first three of many values, each as it may be shown."""
    chosen: list[str] = []
    for value in values:
        if len(chosen) == EXAMPLES:
            break
        chosen.append(sample(value))
    return tuple(chosen)
