"""Which members of an ensemble can be packed in the time that is left, by what storing took while the job searched."""

from __future__ import annotations

import math
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass

from automl.core.trials import FoldResult

# Storing on a slow disk, for as long as nothing was measured.
STORE_BYTES_S = 40e6
# Zipping and hashing in memory, beside other work; a third of what a free core does.
_MEMORY_BYTES_S = 250e6
# A smaller blob says how long an answer takes, not how quickly bytes are stored; the largest few say most.
_TELLING_BYTES, _TOLD_BY = 1_000_000, 3


@dataclass(frozen=True)
class Load:
    """What packing one member takes. size_bytes: of its fold models; unread_bytes: of those that the driver does not
    hold in memory."""

    weight: float
    size_bytes: int
    unread_bytes: int = 0

    def seconds(self, store_bytes_s: float) -> float:
        """Seconds, where the store takes or gives so many bytes in one."""
        return self.size_bytes / _MEMORY_BYTES_S + (self.size_bytes + self.unread_bytes) / store_bytes_s


def store_bytes_s(results: Iterable[FoldResult]) -> float:
    """Bytes that the store took in a second, synced and hashed, by the largest folds of this job."""
    timed = [(each.size_bytes, each.store_s) for each in results]
    telling = sorted((each for each in timed if each[0] >= _TELLING_BYTES and each[1] > 0.0), reverse=True)[:_TOLD_BY]
    if not telling:
        return STORE_BYTES_S
    return sum(size for size, _ in telling) / math.fsum(seconds for _, seconds in telling)


def those_that_fit(loads: Mapping[int, Load], seconds: float, store_bytes_s: float) -> Collection[int]:
    """Trials of members that can be packed in these seconds: the heaviest always, of the others the heavy first."""
    kept: list[int] = []
    for trial, load in sorted(loads.items(), key=lambda each: (-each[1].weight, each[0])):
        needed = load.seconds(store_bytes_s)
        if kept and needed > seconds:
            continue
        seconds -= needed
        kept.append(trial)
    return kept
