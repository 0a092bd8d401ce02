"""Drivers as detached actors: they outlive whoever started them and are found again by name."""

from __future__ import annotations

import contextlib
import json
import logging
import threading
from collections.abc import Mapping
from typing import Any

import ray
from ray.exceptions import GetTimeoutError, RayActorError, RayError

from automl.backends.compute.base import DriverStatus, EntryPoint
from automl.backends.compute.ray_tune import internals
from automl.backends.compute.ray_tune.cluster import NAMESPACE, cpus
from automl.backends.compute.ray_tune.pool import WarmPool
from automl.core.clock import Clock
from automl.core.errors import UnavailableError

_LOG = logging.getLogger(__name__)
_START_TIMEOUT_S = 30.0
_STOP_TIMEOUT_S = 5.0
_POLL_S = 0.02


class Driver:
    """The actor. Its process is the driver's: when the function returns or raises, the actor is gone.

    It takes no CPU, so that it starts also where folds hold all of them.
    """

    def __init__(self, name: str) -> None:
        self._name = name
        self._lock = threading.Lock()
        self._thread: threading.Thread | None = None

    def begin(self, path: str, args: str) -> None:
        """Start the function in a thread of its own; later calls change nothing."""
        with self._lock:
            if self._thread is None:
                internals.clear_words(self._name)
                itself = ray.get_runtime_context().current_actor
                self._thread = threading.Thread(target=self._drive, args=(path, args, itself), name="driver")
                self._thread.start()

    def _drive(self, path: str, args: str, itself: Any) -> None:
        try:
            EntryPoint(path).load()(**json.loads(args))
        except BaseException as error:  # noqa: BLE001  # Nobody is above it; its words are kept for who asks.
            _LOG.exception("driver %s failed", self._name)
            internals.leave_words(self._name, f"{type(error).__name__}: {error}")
        finally:
            # Groups and workers that it still has go with it.
            ray.kill(itself)


class RayHost:
    """Contract: automl.backends.compute.base.DriverHost. Works in any process that has joined the cluster.

    namespace: of the drivers' names; drivers of other namespaces are not seen; start_timeout_s: how long a driver may
    take to begin.
    """

    def __init__(self, clock: Clock, namespace: str = NAMESPACE, start_timeout_s: float = _START_TIMEOUT_S) -> None:
        self._clock = clock
        self._namespace = namespace
        self._start_timeout_s = start_timeout_s
        self._pool = WarmPool(clock)
        # Without a runtime environment, or it would match no process of the warm pool.
        self._actor = ray.remote(num_cpus=0, max_restarts=0, max_concurrency=2)(Driver)

    def start(self, name: str, entry: EntryPoint, args: Mapping[str, Any]) -> None:
        """See DriverHost."""
        end = self._clock.monotonic() + self._start_timeout_s
        text = json.dumps(dict(args))
        while True:
            left = max(0.1, end - self._clock.monotonic())
            try:
                actor = self._actor.options(
                    name=name, namespace=self._namespace, lifetime="detached", get_if_exists=True
                ).remote(name)
                ray.get(actor.begin.remote(entry.path, text), timeout=left)
                return
            except (RayActorError, ValueError) as error:
                # An earlier driver of this name is on its way out; the name is free in a moment.
                if self._clock.monotonic() >= end:
                    raise self._not_started(name, str(error)) from error
                self._clock.sleep(_POLL_S)
            except (GetTimeoutError, RayError, ConnectionError) as error:
                self.stop(name)
                raise self._not_started(name, str(error)) from error

    def status(self, name: str) -> DriverStatus | None:
        """See DriverHost."""
        if name in self.names():
            return DriverStatus(name, alive=True)
        words = internals.read_words(name)
        error = self._last_death(name) if words is None else words
        return DriverStatus(name, alive=False, error=error) if error else None

    def stop(self, name: str) -> None:
        """See DriverHost."""
        # ValueError: there is none.
        with contextlib.suppress(ValueError, RayActorError):
            ray.kill(ray.get_actor(name, namespace=self._namespace))
        end = self._clock.monotonic() + _STOP_TIMEOUT_S
        while name in self.names() and self._clock.monotonic() < end:
            self._clock.sleep(_POLL_S)
        if self._last_death(name) is None:
            internals.clear_words(name)
        else:
            # The cluster remembers the death; empty words say that it was taken note of.
            internals.leave_words(name, "")

    def names(self) -> list[str]:
        """See DriverHost."""
        found = ray.util.list_named_actors(all_namespaces=True)
        return sorted(each["name"] for each in found if each["namespace"] == self._namespace)

    def idle(self, want: int) -> int:
        """See DriverHost. While folds hold all CPUs nothing is started: it would take their time, and no job could
        begin anyway."""
        if ray.available_resources().get("CPU", 0.0) < 1.0:
            return self._pool.idle()
        return self._pool.ensure(want)

    def capacity(self) -> int:
        """See DriverHost."""
        return cpus()

    def close(self) -> None:
        """Nothing is held; drivers go on."""

    def _last_death(self, name: str) -> str | None:
        """Why the last driver of this name died, if not by its own end or a stop."""
        deaths = internals.deaths(self._namespace, name)
        if not deaths or deaths[-1].wanted:
            return None
        return deaths[-1].reason.split(" Some common causes")[0]

    def _not_started(self, name: str, why: str) -> UnavailableError:
        return UnavailableError(f"The driver {name} did not start: {why.splitlines()[0] if why else 'no answer'}")
