"""The self-test: a message through the bus and a block store → cache → worker, each step timed.

The one who asks puts a block and says so on the bus; the first controller to hear it starts a process where folds run,
which reads the block as a worker does and says what it saw. Everything it leaves is removed.
"""

from __future__ import annotations

import logging
import os
import socket
import tempfile
import threading
import time
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from automl.backends.blobs.base import BlobKey
from automl.backends.compute.base import DriverHost, EntryPoint
from automl.backends.events.base import Hint, Subscription
from automl.bootstrap.adapters import Adapters, make_adapters, worker_metrics
from automl.core.errors import UnavailableError
from automl.core.ids import JOB, new_id
from automl.datasets.blocks import BlockStore
from automl.settings import Settings

_log = logging.getLogger(__name__)

GROUP = "selftests"
ASKED, ANSWERED = "selftest.asked", "selftest.answered"
_TOPIC = "signals"
_ANSWER = EntryPoint("automl.bootstrap.selftest:answer")
_WAIT_S = 20.0
_POLL_S = 0.25
_VALUES = 128 * 1024  # a block of 1 MB
_FOLDER_BYTES = 64 * 1024 * 1024


@dataclass(frozen=True)
class SelfTest:
    """Asks, and waits for the answer."""

    adapters: Adapters

    def run(self, tenant: str) -> dict[str, Any]:
        """Milliseconds of each step. UnavailableError: a store is away, or nobody answered in time; says which."""
        adapters, name = self.adapters, new_id(JOB)
        # Named like a job that never was: the sweep takes it, should this process be killed now.
        block = f"{name}/selftest"
        values = np.random.default_rng(len(name)).standard_normal(_VALUES)
        began = time.perf_counter()
        adapters.blocks.put(tenant, block, {"values": values})
        steps: dict[str, Any] = {"store_write_ms": _ms(began)}
        try:
            with adapters.events.tail((_TOPIC,)) as hints:
                began = time.perf_counter()
                body = {"block": block, "sum": float(values.sum())}
                adapters.events.publish(Hint(_TOPIC, name, ASKED, tenant, None, body))
                _wait(hints, name, ASKED)
                steps["bus_ms"] = _ms(began)
                answered = _wait(hints, name, ANSWERED)
                steps["round_trip_ms"] = _ms(began)
        finally:
            adapters.blobs.delete(BlobKey(tenant, block))
        return steps | dict(answered.body)


def _wait(hints: Subscription, name: str, kind: str) -> Hint:
    end = time.monotonic() + _WAIT_S
    while time.monotonic() < end:
        for hint in hints.poll(_POLL_S):
            if (hint.key, hint.type) == (name, kind):
                return hint
    missing = "The bus does not deliver." if kind == ASKED else "No controller and worker answered over the bus."
    raise UnavailableError(missing, code="selftest_failed", hint="Look at the components and at the controllers' log.")


def listen(settings: Settings, adapters: Adapters, host: DriverHost, stop: threading.Event) -> None:
    """In a controller: start a process for each self-test that this member of the group hears of."""
    arguments = {"settings": settings.model_dump_json()}
    with adapters.events.work(GROUP, (_TOPIC,)) as hints:
        while not stop.is_set():
            for hint in hints.poll(1.0):
                if hint.type == ASKED:
                    asked = {"tenant": hint.tenant, "name": hint.key, **hint.body}
                    try:
                        host.start(f"selftest-{hint.key}", _ANSWER, arguments | {"asked": asked})
                    except UnavailableError as error:
                        _log.warning("self-test %s: %s", hint.key, error.detail)
            hints.done()


def answer(settings: str, asked: Mapping[str, Any]) -> None:
    """In a process of its own: read the block as a worker does, and say what it took."""
    loaded = Settings.model_validate_json(settings)
    adapters = make_adapters(loaded, worker_metrics(loaded))
    tenant, name, block = str(asked["tenant"]), str(asked["name"]), str(asked["block"])
    adapters.folders.scratch.mkdir(parents=True, exist_ok=True)
    body: dict[str, Any] = {"worker": f"{socket.gethostname()}:{os.getpid()}"}
    with tempfile.TemporaryDirectory(dir=adapters.folders.scratch, prefix=f"{name}-") as folder:
        # Two node folders that hold nothing yet: the first read has to go down to the store, the second to the cache.
        for step, place in (("first", "a"), ("second", "b"), ("third", "b")):
            blocks = BlockStore(Path(folder) / place, adapters.cache, adapters.blobs, adapters.metrics, _FOLDER_BYTES)
            began = time.perf_counter()
            values = blocks.get(tenant, block)["values"]
            body[f"{step}_read_ms"] = _ms(began)
            body[f"{step}_read_from"] = next(level for level, count in blocks.hits().items() if count)
            body["intact"] = body.get("intact", True) and float(values.sum()) == asked["sum"]
    adapters.events.publish(Hint(_TOPIC, name, ANSWERED, tenant, None, body))
    # The process ends at once, and what is queued would end with it.
    adapters.events.close()


def _ms(began: float) -> float:
    return round(1e3 * (time.perf_counter() - began), 3)
