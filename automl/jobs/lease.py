"""Who holds a job. The holder renews; others watch whether it still does, by their own steady clock."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Self


@dataclass(frozen=True)
class Lease:
    """owner: name of the process; beat: counts renewals; renewed_at, expires_at: epoch seconds, for people and for
    `lost_s` only: whether it lapsed is decided by a watcher's own clock, so that a step of the wall clock takes no job
    from a healthy holder."""

    owner: str
    beat: int
    renewed_at: float
    expires_at: float

    @classmethod
    def take(cls, owner: str, now: float, lease_s: float) -> Self:
        return cls(owner, 0, now, now + lease_s)

    def renew(self, now: float, lease_s: float) -> Lease:
        return Lease(self.owner, self.beat + 1, now, now + lease_s)

    def to_json(self) -> dict[str, Any]:
        return {
            "owner": self.owner,
            "beat": self.beat,
            "renewed_at": self.renewed_at,
            "expires_at": self.expires_at,
        }

    @classmethod
    def from_json(cls, body: Mapping[str, Any]) -> Self:
        return cls(body["owner"], body["beat"], body["renewed_at"], body["expires_at"])


class LeaseWatch:
    """Remembers when each lease was last seen to change. first_s: a holder that has not renewed yet may be starting,
    and gets this long (lease_s when None). For one thread."""

    def __init__(self, lease_s: float, first_s: float | None = None) -> None:
        self._lease_s = lease_s
        self._first_s = lease_s if first_s is None else first_s
        self._seen: dict[str, tuple[int, int, float]] = {}

    def lapsed(self, job_id: str, epoch: int, beat: int, monotonic: float) -> bool:
        """Whether this very (epoch, beat) was seen unchanged for as long as a holder may be silent."""
        seen = self._seen.get(job_id)
        if seen is None or seen[:2] != (epoch, beat):
            self._seen[job_id] = (epoch, beat, monotonic)
            return False
        return monotonic - seen[2] >= (self._lease_s if beat else self._first_s)

    def keep(self, job_ids: frozenset[str]) -> None:
        """Forget all others."""
        self._seen = {job_id: seen for job_id, seen in self._seen.items() if job_id in job_ids}
