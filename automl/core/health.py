"""What a component says of its own health: one shape for every product and every page that shows it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal, Protocol

State = Literal["ok", "degraded", "down"]


@dataclass(frozen=True)
class ComponentStatus:
    """One look at one component.

    adapter: what stands behind the port, such as `kafka`; state: `degraded` still serves, slower or with less spare
    than wanted, `down` does not; latency_ms: of one small request, None where none was answered; version: of the
    product; detail: one sentence when the state is not `ok`; facts: JSON values for people, such as brokers and lag.
    """

    adapter: str
    state: State
    latency_ms: float | None = None
    version: str | None = None
    detail: str | None = None
    facts: Mapping[str, Any] = field(default_factory=dict)

    def to_json(self) -> dict[str, Any]:
        """State, adapter and latency always; the others where they are known."""
        body: dict[str, Any] = {
            "state": self.state,
            "adapter": self.adapter,
            "latency_ms": None if self.latency_ms is None else round(self.latency_ms, 3),
        }
        if self.version is not None:
            body["version"] = self.version
        if self.detail is not None:
            body["detail"] = self.detail
        if self.facts:
            body["facts"] = dict(self.facts)
        return body


class Component(Protocol):
    """Something whose health can be asked. Never raises; answers within a second or two."""

    def status(self) -> ComponentStatus:
        """Ask now."""
