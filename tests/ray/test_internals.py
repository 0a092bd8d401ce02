"""What we use of Ray beyond its public interface: an upgrade that moves it fails here first, loudly."""

from types import SimpleNamespace

import grpc
import pytest

pytestmark = pytest.mark.ray


@pytest.fixture
def internals(ray_cluster):
    from automl.backends.compute.ray_tune import internals

    return internals


def test_our_version_of_ray():
    """These tests speak of this version; read them again before raising the pin."""
    import ray

    assert ray.__version__ == "2.60.0"


def test_nodes(internals):
    (node,) = internals.nodes()
    assert node.host == "127.0.0.1"
    assert node.cpus == 2


def test_local_node_is_told_to_stay_on_loopback(internals):
    from ray.util import get_node_ip_address

    assert get_node_ip_address() == "127.0.0.1"


@pytest.mark.parametrize("headers", [(), (("authorization", "Bearer " + "0" * 64),)])
@pytest.mark.parametrize("call", ["PrestartWorkers", "GetNodeStats"])
def test_raylet_refuses_calls_without_the_token(internals, headers, call):
    from ray.core.generated import node_manager_pb2, node_manager_pb2_grpc

    (node,) = internals.nodes()
    with grpc.insecure_channel(f"{node.host}:{node.port}") as channel:
        stub = node_manager_pb2_grpc.NodeManagerServiceStub(channel)
        with pytest.raises(grpc.RpcError) as caught:
            getattr(stub, call)(getattr(node_manager_pb2, f"{call}Request")(), timeout=5, metadata=headers)
    assert caught.value.code() is grpc.StatusCode.UNAUTHENTICATED


def test_prestarted_processes_are_unused_announced_and_taken(internals, warm, wait_for):
    import ray

    (node,) = internals.nodes()
    before = {each.pid for each in internals.workers(node) if each.unused}
    internals.prestart(node, 1, 60)
    wait_for(lambda: {each.pid for each in internals.workers(node) if each.unused} - before)
    wait_for(lambda: {e.worker_id for e in internals.workers(node) if e.unused} <= internals.announced())

    @ray.remote(num_cpus=0)
    class Taker:
        def pid(self):
            import os

            return os.getpid()

    known = {each.pid for each in internals.workers(node) if each.unused}
    actor = Taker.remote()
    pid = ray.get(actor.pid.remote())
    assert pid in known
    assert pid not in {each.pid for each in internals.workers(node) if each.unused}
    ray.kill(actor)


def test_a_process_that_ran_a_task_is_not_unused(internals, warm):
    import os

    import ray

    @ray.remote(num_cpus=1)
    def task():
        return os.getpid()

    pid = ray.get(task.remote())
    (node,) = internals.nodes()
    assert {each.unused for each in internals.workers(node) if each.pid == pid} <= {False}


def test_words(internals):
    assert internals.read_words("job-x") is None
    internals.leave_words("job-x", "why")
    assert internals.read_words("job-x") == "why"
    internals.clear_words("job-x")
    internals.clear_words("job-x")
    assert internals.read_words("job-x") is None


def test_trial_actors_ask_for_the_default_environment(internals, monkeypatch):
    from ray.tune.execution import class_cache

    monkeypatch.setenv("RAY_CHDIR_TO_TRIAL_DIR", "0")
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "x")
    internals.match_default_environment()

    class Trainable:
        pass

    actor_class = class_cache._ActorClassCache().get(Trainable)
    assert actor_class._default_options["runtime_env"] in ({}, {"env_vars": {}})


def test_idle_trial_actors_are_kept(internals):
    from ray.tune.utils.object_cache import _ObjectCache

    class Loop:
        _actor_cache = _ObjectCache(may_keep_one=True)

    internals.keep_actors(Loop, "request", 2)
    assert Loop._actor_cache.cache_object("request", "first")
    assert Loop._actor_cache.cache_object("request", "second")
    assert list(Loop._actor_cache.flush_cached_objects()) == []


def test_trial_actors_that_are_starting_are_kept(internals, monkeypatch):
    from ray.tune.execution.tune_controller import TuneController

    loop = SimpleNamespace(
        _trial_to_actor={"a trial": "starts", "one more": "waits for resources"},
        _actor_manager=SimpleNamespace(live_actors=["starts"]),
    )
    monkeypatch.setattr(internals, "_reuse", lambda loop, trial: True)
    internals.keep_starting_actors()
    reuses = [TuneController._maybe_reuse_cached_actor(loop, each) for each in ("a trial", "one more", "another one")]
    assert reuses == [False, True, True]


def test_attributes_of_tunes_loop(internals):
    """Used through instances that only a run has."""
    import inspect

    from ray.air.execution._internal.actor_manager import RayActorManager
    from ray.air.execution.resources.placement_group import PlacementGroupResourceManager
    from ray.tune.execution.tune_controller import TrialRunnerWrapper, TuneController

    source = inspect.getsource(TuneController.__init__)
    for name in ("_actor_cache", "_actor_manager", "_storage"):
        assert f"self.{name} =" in source
    assert "self._trial_to_actor:" in source
    assert list(inspect.signature(internals._reuse).parameters) == ["self", "trial"]
    assert "self._resource_manager" in inspect.getsource(RayActorManager.__init__)
    assert isinstance(RayActorManager.live_actors, property)
    assert callable(PlacementGroupResourceManager.clear)
    assert "self._tune_controller =" in inspect.getsource(TrialRunnerWrapper.__init__)


def test_deaths(internals, wait_for):
    import ray

    @ray.remote(num_cpus=0)
    class Mortal:
        def fall(self):
            import os

            os._exit(1)

    # Detached, as drivers are: of others the end of their handle is a cause as well, and might be heard first.
    mortal = Mortal.options(name="mortal", namespace="graves", lifetime="detached")
    killed = mortal.remote()
    ray.get(killed.__ray_ready__.remote())
    ray.kill(killed)
    wait_for(lambda: len(internals.deaths("graves", "mortal")) == 1)
    mortal.remote().fall.remote()
    wait_for(lambda: len(internals.deaths("graves", "mortal")) == 2)
    assert [each.wanted for each in internals.deaths("graves", "mortal")] == [True, False]
    assert internals.deaths("elsewhere", "mortal") == []


def test_an_actor_that_could_not_be_made_is_dead_too(internals, wait_for):
    import ray

    @ray.remote(num_cpus=0)
    class Stillborn:
        def __init__(self):
            raise ValueError("no such table")

    Stillborn.options(name="stillborn", namespace="graves", lifetime="detached").remote()
    wait_for(lambda: internals.deaths("graves", "stillborn"))
    assert internals.deaths("graves", "stillborn") == [internals.Death(False, "ValueError: no such table")]


def test_deaths_of_all_causes(internals, monkeypatch):
    """Ray ends a driver also when a node runs low on memory; one that did would end those of other tests."""
    from ray.core.generated import common_pb2, gcs_pb2

    causes = [each.name for each in common_pb2.ActorDeathCause.DESCRIPTOR.oneofs_by_name["context"].fields]
    assert "oom_context" in causes
    rows = []
    for number, cause in enumerate(causes, start=1):
        row = gcs_pb2.ActorTableData(name="mortal", ray_namespace="graves", end_time=number)
        words = "formatted_exception_string" if cause == "creation_task_failure_context" else "error_message"
        setattr(getattr(row.death_cause, cause), words, cause)
        rows.insert(0, row.SerializeToString())
    accessor = SimpleNamespace(get_actor_table=lambda job, state: rows)
    monkeypatch.setattr(internals.state, "_connect_and_get_accessor", lambda: accessor)
    assert internals.deaths("graves", "mortal") == [internals.Death(False, each) for each in causes]
