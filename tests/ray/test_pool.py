"""The warm pool on a real cluster, and its fall back to cold starts."""

import grpc
import pytest

from automl.core.clock import SystemClock

pytestmark = pytest.mark.ray


@pytest.fixture
def pool(ray_cluster):
    from automl.backends.compute.ray_tune.pool import WarmPool

    return WarmPool(SystemClock())


def test_it_fills_to_more_than_the_cpus_and_no_further(pool, monkeypatch):
    from automl.backends.compute.ray_tune import internals
    from automl.backends.compute.ray_tune import pool as module

    asked = []
    prestart = internals.prestart

    def counted(node, count, keep):
        asked.append(count)
        prestart(node, count, keep)

    monkeypatch.setattr(internals, "prestart", counted)
    # A machine under load may need longer than this for a process; none is asked for twice here.
    monkeypatch.setattr(module, "ASK_AGAIN_S", 300.0)
    (node,) = internals.nodes()
    unused = len([each for each in internals.workers(node) if each.unused])
    want = max(node.cpus + 2, unused + 1)
    assert pool.wait(want, 60) >= want
    for _ in range(5):
        assert pool.ensure(want) >= want
    # Fewer where a process that somebody else asked for was still on its way.
    assert sum(asked) <= want - unused


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
