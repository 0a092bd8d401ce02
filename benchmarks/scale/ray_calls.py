"""What Ray's calls cost the process that makes them, measured on real Ray and charged to the simulated controller.

An event of Tune's loop shuffles and waits for all futures under way, so that it costs more the more workers there are.
"""

from __future__ import annotations

import statistics
import time
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np

WAITED = (2, 16, 128, 500, 1000)
_TIMES = 60


@dataclass(frozen=True)
class RayCosts:
    """CPU seconds of the calling thread. submit_s: one actor call; event_s, event_future_s: take one result in, and for
    each future under way; start_s: ask for one more actor in a group of its own. trip_s: from the caller to the actor,
    or back, while the caller is free (seconds of the wall)."""

    submit_s: float
    event_s: float
    event_future_s: float
    start_s: float
    trip_s: float

    def event(self, futures: int) -> float:
        """One event while so many futures are under way."""
        return self.event_s + self.event_future_s * futures

    def to_json(self) -> dict[str, float]:
        return asdict(self)

    @classmethod
    def from_json(cls, row: Mapping[str, Any]) -> RayCosts:
        return cls(**{name: float(row[name]) for name in cls.__dataclass_fields__})


def measure() -> RayCosts:
    """On the Ray that this process has joined, with one free CPU."""
    import ray

    actor = ray.remote(num_cpus=0, max_concurrency=1)(_Echo)
    echo, held = actor.remote(), actor.remote()
    payload = b"x" * 1500
    ray.get([echo.take.remote(payload), held.take.remote(payload)])
    submit, trips, refs = [], [], []
    for _ in range(_TIMES * 3):
        began, thread = time.perf_counter(), time.thread_time()
        ref = echo.take.remote(payload)
        submit.append(time.thread_time() - thread)
        ray.get(ref)
        trips.append(time.perf_counter() - began)
        refs.append(ref)
    event_s, event_future_s = _events(echo, held)
    start_s = _starts(actor)
    for each in (echo, held):
        ray.kill(each)
    # The quarter that was disturbed least: other processes make calls late, not early.
    trip = statistics.quantiles(trips, n=4)[0] / 2
    return RayCosts(statistics.median(submit), event_s, event_future_s, start_s, trip)


class _Echo:
    """Answers, and holds calls back."""

    def take(self, payload: bytes) -> dict[str, Any]:
        return {"fold": payload, **{f"field_{number}": number for number in range(14)}}

    def hold(self, seconds: float) -> None:
        time.sleep(seconds)


def _events(echo: Any, held: Any) -> tuple[float, float]:
    # Tune's own manager takes one result in while so many others are under way.
    import ray
    from ray.air.execution import FixedResourceManager
    from ray.air.execution._internal import RayActorManager

    held.hold.remote(3600.0)
    under_way: list[Any] = []
    costs = []
    for count in WAITED:
        under_way += [held.hold.remote(0.0) for _ in range(count - len(under_way))]
        manager = RayActorManager(FixedResourceManager({"CPU": 1.0}))
        for ref in under_way:
            manager._actor_task_events.track_future(ref, on_result=_nothing)
        taken = []
        for _ in range(_TIMES):
            ready = echo.take.remote(b"x" * 1500)
            ray.wait([ready])
            manager._actor_task_events.track_future(ready, on_result=_nothing)
            began = time.thread_time()
            manager.next(timeout=1.0)
            taken.append(time.thread_time() - began)
        costs.append(statistics.median(taken))
    slope, base = np.polyfit(WAITED, costs, 1)
    return max(0.0, float(base)), max(0.0, float(slope))


def _starts(actor: Any) -> float:
    import ray
    from ray.util.placement_group import placement_group, remove_placement_group
    from ray.util.scheduling_strategies import PlacementGroupSchedulingStrategy

    taken = []
    for _ in range(5):
        began = time.thread_time()
        group = placement_group([{"CPU": 0.01}])
        ready = group.ready()
        spent = time.thread_time() - began
        ray.get(ready)
        began = time.thread_time()
        handle = actor.options(
            num_cpus=0.01, scheduling_strategy=PlacementGroupSchedulingStrategy(placement_group=group)
        ).remote()
        begun = handle.take.remote(b"")
        taken.append(spent + time.thread_time() - began)
        ray.get(begun)
        ray.kill(handle)
        remove_placement_group(group)
    return statistics.median(taken)


def _nothing(_: Any) -> None:
    """What is done with a result that only passes."""
