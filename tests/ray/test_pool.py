"""The warm pool on a real cluster, and its fall back to cold starts."""

from itertools import count
from types import SimpleNamespace

import grpc
import pytest

from automl.core.clock import SystemClock

pytestmark = pytest.mark.ray


@pytest.fixture
def pool(ray_cluster):
    from automl.backends.compute.ray_tune.pool import WarmPool

    return WarmPool(SystemClock())


def test_it_fills_to_more_than_the_cpus(pool):
    want = max(4, pool.idle())
    assert pool.wait(want, 60) >= want


class SlowNode:
    """A raylet that starts at most its CPUs at a call, those under way counted; they register some looks later."""

    def __init__(self, cpus, looks):
        self.cpus, self.looks = cpus, looks
        self.coming, self.there, self.asked, self.names = [], [], 0, count()

    def prestart(self, node, wanted, keep):
        started = max(0, min(wanted, self.cpus) - len(self.coming))
        self.asked += started
        self.coming += [self.looks] * started

    def workers(self, node):
        self.coming = [each - 1 for each in self.coming]
        self.there += [f"w{next(self.names)}" for each in self.coming if each <= 0]
        self.coming = [each for each in self.coming if each > 0]
        return [SimpleNamespace(worker_id=name, pid=1, unused=True) for name in self.there]


@pytest.fixture
def slow(monkeypatch):
    """Makes a node of two CPUs whose processes register so many looks later, and a pool over it."""
    from automl.backends.compute.ray_tune import internals
    from automl.backends.compute.ray_tune.pool import WarmPool

    def make(looks):
        node = SlowNode(2, looks)
        monkeypatch.setattr(internals, "nodes", lambda: [node])
        monkeypatch.setattr(internals, "workers", node.workers)
        monkeypatch.setattr(internals, "prestart", node.prestart)
        monkeypatch.setattr(internals, "announced", lambda: frozenset(node.there))
        monkeypatch.setattr(internals, "forget_announced", lambda names: None)
        return node, WarmPool(SystemClock())

    return make


@pytest.mark.parametrize("looks", [1, 2, 5, 30])
@pytest.mark.parametrize("want", [1, 4, 9])
def test_it_asks_for_what_is_missing_and_no_more(slow, looks, want):
    node, pool = slow(looks)
    for _ in range(200):
        pool.ensure(want)
    assert node.asked == len(node.there) == want


def test_what_came_and_was_taken_is_not_waited_for(slow):
    node, pool = slow(2)
    for _ in range(3):
        for _ in range(10):
            filled = pool.ensure(3)
        assert filled == 3
        # A job takes them all.
        node.there = []


def test_asking_again_while_processes_start_asks_for_no_more(pool, monkeypatch):
    from automl.backends.compute.ray_tune import internals

    asked = []
    monkeypatch.setattr(internals, "prestart", lambda node, count, keep: asked.append(count))
    want = pool.idle() + 2
    for _ in range(5):
        pool.ensure(want)
    assert asked == [2]


def test_it_asks_again_when_nothing_comes(pool, monkeypatch):
    from automl.backends.compute.ray_tune import internals
    from automl.backends.compute.ray_tune import pool as module

    asked = []
    monkeypatch.setattr(internals, "prestart", lambda node, count, keep: asked.append(count))
    monkeypatch.setattr(module, "ASK_AGAIN_S", -1.0)
    want = pool.idle() + 1
    pool.ensure(want)
    pool.ensure(want)
    assert asked == [1, 1]


def test_a_refused_call_means_cold(pool, monkeypatch, caplog):
    from automl.backends.compute.ray_tune import internals

    calls = []

    def refuse(*_):
        calls.append(1)
        raise grpc.RpcError("no such call")

    monkeypatch.setattr(internals, "workers", refuse)
    monkeypatch.setattr(internals, "prestart", refuse)
    assert pool.ensure(3) == 0
    assert pool.idle() == 0
    # A node that hangs is not asked again at once.
    assert len(calls) == 1
    assert [each.message for each in caplog.records].count(
        "The warm pool cannot be kept (no such call); jobs start cold."
    ) == 1
