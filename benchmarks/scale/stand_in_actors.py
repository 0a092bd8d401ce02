"""Actors for Tune's controller that work in simulated time: what `RayActorManager` is to it, without processes.

The trainables are real and run here, in no time; how long a fold takes is what its result says. Tune's own tests put an
actor manager of theirs into the controller in the same way.
"""

from __future__ import annotations

import heapq
import itertools
import json
import pickle
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from ray import cloudpickle
from ray.air.execution._internal import TrackedActor
from ray.tune.execution import tune_controller

from automl.backends.compute.ray_tune.trial import RESULT
from automl.core.trials import FoldResult, Unit
from benchmarks.scale.ahead import Pace
from benchmarks.scale.charged_clock import ChargedClock
from benchmarks.scale.ray_calls import RayCosts
from benchmarks.scale.usage import Usage

# From the call to the first answer of a process that is loaded already.
WARM_START_S = 0.1
RESET_S = 0.001


@dataclass
class _Actor:
    """One stand-in process. trainable: once it has started; pace: when its worker is free."""

    slot: int
    pace: Pace
    trainable: Any = None
    unit: Unit | None = None
    events: set[int] = field(default_factory=set)


class _Handle:
    """What the scheduler and Tune call on a trial's actor beside its tasks."""

    def __init__(self, actor: _Actor, submit: Callable[[], None], clock: ChargedClock) -> None:
        self._actor_id = _Id(actor.slot)
        self.assign = _Method(lambda text: actor.trainable.assign(text), submit, clock)
        # Tune asks for it at each start of a trial and reads the answer only when nothing was reported.
        self.get_auto_filled_metrics = _Method(lambda **_: None, submit, clock)


@dataclass(frozen=True)
class _Method:
    call: Callable[..., Any]
    submit: Callable[[], None]
    clock: ChargedClock

    def remote(self, *args: Any, **kwargs: Any) -> None:
        self.submit()
        with self.clock.elsewhere():
            self.call(*args, **kwargs)


class _Id(int):
    def hex(self) -> str:
        return f"{self:032x}"


class StandInActors:
    """At most `workers` actors. The methods and attributes are those that `TuneController` uses."""

    def __init__(self, workers: int, clock: ChargedClock, costs: RayCosts, usage: Usage, store_s: float = 0.0) -> None:
        self._clock, self._costs, self._usage, self._store_s = clock, costs, usage, store_s
        self._free = deque(range(workers))
        self._ids = itertools.count()
        self._pending: dict[TrackedActor, tuple[Any, dict[str, Any]]] = {}
        self._live_actors_to_ray_actors_resources: dict[TrackedActor, tuple[_Handle, None]] = {}
        self._actors: dict[TrackedActor, _Actor] = {}
        self._due: list[tuple[float, int]] = []
        self._calls: dict[int, tuple[TrackedActor, Callable[[], None]]] = {}
        self._resource_manager = self
        self.handled = 0
        # What the controller had taken when the last fold was told: what follows is Tune's clearing up.
        self.controller_s = 0.0

    # --- what the controller looks at ---------------------------------------------------------------------------
    @property
    def live_actors(self) -> list[TrackedActor]:
        return list(self._live_actors_to_ray_actors_resources)

    @property
    def num_live_actors(self) -> int:
        return len(self._actors)

    @property
    def num_pending_actors(self) -> int:
        return len(self._pending)

    @property
    def num_total_actors(self) -> int:
        return len(self._actors) + len(self._pending)

    @property
    def num_actor_tasks(self) -> int:
        return len(self._calls)

    def get_live_actors_resources(self) -> dict[str, float]:
        return {"CPU": float(len(self._actors))}

    def is_actor_started(self, tracked_actor: TrackedActor) -> bool:
        return tracked_actor in self._actors

    def is_actor_failed(self, tracked_actor: TrackedActor) -> bool:
        return False

    # --- what it does -------------------------------------------------------------------------------------------
    def next(self, timeout: float | None = None) -> bool:
        """Take one event in; False when there was none in time."""
        self._start_pending()
        self._clock.charge(self._costs.event(len(self._calls)))
        while self._due and self._due[0][1] not in self._calls:
            heapq.heappop(self._due)
        last = self._clock.now() + (0.1 if timeout is None else timeout)
        if not self._due or self._due[0][0] > last:
            self._clock.skip_to(last)
            return False
        at, number = heapq.heappop(self._due)
        self._clock.skip_to(at)
        tracked, call = self._calls.pop(number)
        if tracked in self._actors:
            self._actors[tracked].events.discard(number)
        self.handled += 1
        call()
        self._start_pending()
        return True

    def add_actor(
        self,
        cls: Any,
        kwargs: dict[str, Any],
        resource_request: Any,
        *,
        on_start: Callable[[TrackedActor], None] | None = None,
        on_stop: Callable[[TrackedActor], None] | None = None,
        on_error: Callable[[TrackedActor, Exception], None] | None = None,
    ) -> TrackedActor:
        """Ask for an actor; it starts when a worker is free."""
        tracked = TrackedActor(next(self._ids), on_start=on_start, on_stop=on_stop, on_error=on_error)
        self._pending[tracked] = (cls, kwargs)
        return tracked

    def remove_actor(self, tracked_actor: TrackedActor, kill: bool = False, stop_future: Any = None) -> bool:
        """End an actor; whether it was alive."""
        actor = self._actors.get(tracked_actor)
        if actor is None:
            self._pending.pop(tracked_actor, None)
            return False
        self.clear_actor_task_futures(tracked_actor)

        def stopped() -> None:
            del self._actors[tracked_actor]
            del self._live_actors_to_ray_actors_resources[tracked_actor]
            self._free.append(actor.slot)
            if tracked_actor._on_stop:
                tracked_actor._on_stop(tracked_actor)

        self._after(tracked_actor, self._clock.now() + 2 * self._costs.trip_s, stopped)
        return True

    def schedule_actor_task(
        self,
        tracked_actor: TrackedActor,
        method_name: str,
        args: tuple[Any, ...] | None = None,
        kwargs: dict[str, Any] | None = None,
        on_result: Callable[[TrackedActor, Any], None] | None = None,
        on_error: Callable[[TrackedActor, Exception], None] | None = None,
        _return_future: bool = False,
    ) -> object | None:
        """Call a method of the trainable."""
        actor = self._actors.get(tracked_actor)
        if actor is None or method_name == "stop":
            return object()
        payload = cloudpickle.dumps((args or (), kwargs or {}))
        self._submitted()
        with self._clock.elsewhere():
            answer, ends_at = self._run(actor, method_name, payload)

        def answered() -> None:
            # Taking the answer out of its bytes is the controller's work.
            value = pickle.loads(answer)
            if on_result:
                on_result(tracked_actor, value)
            if method_name == "train":
                self.controller_s = self._clock.controller_s

        self._after(tracked_actor, ends_at + self._costs.trip_s, answered)
        return object()

    def clear_actor_task_futures(self, tracked_actor: TrackedActor) -> None:
        """Forget what is under way."""
        actor = self._actors.get(tracked_actor)
        if actor is not None:
            for number in actor.events:
                self._calls.pop(number, None)
            actor.events.clear()

    def cleanup(self) -> None:
        """Forget everything."""
        for held in (self._pending, self._live_actors_to_ray_actors_resources, self._actors, self._calls):
            held.clear()
        self._due.clear()

    def clear(self) -> None:
        """As a resource manager: there are no groups to give back."""

    # --- inside -------------------------------------------------------------------------------------------------
    def _submitted(self) -> None:
        self._clock.charge(self._costs.submit_s)

    def _start_pending(self) -> None:
        while self._pending and self._free:
            tracked = next(iter(self._pending))
            cls, kwargs = self._pending.pop(tracked)
            cloudpickle.dumps(kwargs)
            self._clock.charge(self._costs.start_s)
            actor = _Actor(self._free.popleft(), Pace(self._store_s))
            with self._clock.elsewhere():
                actor.trainable = cls.__ray_metadata__.modified_class(**kwargs)
            self._actors[tracked] = actor
            handle = _Handle(actor, self._submitted, self._clock)
            self._live_actors_to_ray_actors_resources[tracked] = (handle, None)
            self._after(tracked, self._clock.now() + WARM_START_S, _started(tracked))

    def _run(self, actor: _Actor, method: str, payload: bytes) -> tuple[bytes, float]:
        # The answer's bytes, and when the worker has it.
        args, kwargs = pickle.loads(payload)
        asked_at = self._clock.now() + self._costs.trip_s
        answer = getattr(actor.trainable, method)(*args, **kwargs)
        if method != "train" or not answer[RESULT]:
            return pickle.dumps(answer), actor.pace.other(asked_at, RESET_S)
        result = FoldResult.from_json(json.loads(answer[RESULT]))
        begin, end, told_at = actor.pace.fold(asked_at, result)
        self._usage.worked(actor.slot, begin, end)
        return pickle.dumps(answer), told_at

    def _after(self, tracked: TrackedActor, at: float, call: Callable[[], None]) -> None:
        number = next(self._ids)
        self._calls[number] = (tracked, call)
        self._actors[tracked].events.add(number)
        heapq.heappush(self._due, (at, number))


def _started(tracked: TrackedActor) -> Callable[[], None]:
    def call() -> None:
        if tracked._on_start:
            tracked._on_start(tracked)

    return call


@contextmanager
def standing_in(actors: StandInActors) -> Iterator[None]:
    """The next controller uses these actors."""
    real = tune_controller.RayActorManager
    tune_controller.RayActorManager = lambda resource_manager: actors
    try:
        yield
    finally:
        tune_controller.RayActorManager = real
