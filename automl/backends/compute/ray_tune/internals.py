"""All that we use of Ray beyond its public interface, each with its reason and a test in tests/ray.

Without any of them a job is slower or a port wider open, but never wrong; an upgrade of Ray starts here.
"""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import ray
from ray._private import ray_constants
from ray._private import worker as ray_worker
from ray._private.grpc_utils import init_grpc_channel
from ray._private.state import state
from ray._raylet import AuthenticationTokenLoader, Config
from ray.core.generated import common_pb2, gcs_pb2, node_manager_pb2, node_manager_pb2_grpc
from ray.experimental import internal_kv
from ray.tune.execution import class_cache
from ray.tune.execution.tune_controller import TuneController

_NAMESPACE = b"automl"
_WARM = "automl-warm:"
_WORDS = "automl-words:"
_VITAL = (ray_constants.PROCESS_TYPE_GCS_SERVER, ray_constants.PROCESS_TYPE_RAYLET)
RPC_TIMEOUT_S = 2.0


def read_environment_again() -> None:
    """Make this process see variables of Ray that were set after `import ray`: address, auth mode and token."""
    ray_constants.ENABLE_RAY_CLUSTER = False
    Config.initialize("")
    AuthenticationTokenLoader.instance().reset_cache()


def local_processes() -> dict[str, int]:
    """Process ids of the node that `ray.init` started here, by kind such as `gcs_server` and `raylet`."""
    node = ray_worker._global_node
    if node is None:
        return {}
    return {kind: infos[0].process.pid for kind, infos in node.all_processes.items() if infos}


def lost_process() -> str | None:
    """Kind of a process without which the node that `ray.init` started here does nothing, if one has ended."""
    node = ray_worker._global_node
    for kind in _VITAL if node is not None else ():
        for info in node.all_processes.get(kind, ()):
            if info.process.poll() is not None:
                return str(kind)
    return None


@dataclass(frozen=True)
class NodeAddress:
    """Where a node's raylet listens, and how many CPUs it has."""

    host: str
    port: int
    cpus: int


def nodes() -> list[NodeAddress]:
    """The raylets of all living nodes."""
    return [
        NodeAddress(each["NodeManagerAddress"], each["NodeManagerPort"], int(each["Resources"].get("CPU", 0)))
        for each in ray.nodes()
        if each["Alive"]
    ]


def _raylet(node: NodeAddress) -> tuple[Any, Any]:
    # Adds the token to the call's metadata when the cluster asks for one.
    channel = init_grpc_channel(f"{node.host}:{node.port}")
    return channel, node_manager_pb2_grpc.NodeManagerServiceStub(channel)


def prestart(node: NodeAddress, count: int, keep_alive_s: int) -> None:
    """Ask a raylet for `count` more worker processes with the default environment; it starts at most its CPUs.

    grpc.RpcError: no answer, or the token is not accepted.
    """
    channel, stub = _raylet(node)
    with channel:
        request = node_manager_pb2.PrestartWorkersRequest(
            language=common_pb2.Language.PYTHON, num_workers=count, keep_alive_duration_secs=keep_alive_s
        )
        # Must equal what an actor without a runtime environment asks for, or the processes never match.
        request.runtime_env_info.serialized_runtime_env = "{}"
        stub.PrestartWorkers(request, timeout=RPC_TIMEOUT_S)


@dataclass(frozen=True)
class WorkerProcess:
    """One worker process of a node. unused: it never ran anything, so that actors of any job may take it."""

    worker_id: str
    pid: int
    unused: bool


def workers(node: NodeAddress) -> list[WorkerProcess]:
    """Registered worker processes of one node. grpc.RpcError: no answer, or the token is not accepted."""
    channel, stub = _raylet(node)
    with channel:
        reply = stub.GetNodeStats(node_manager_pb2.GetNodeStatsRequest(), timeout=RPC_TIMEOUT_S)
    return [
        WorkerProcess(
            worker_id=each.worker_id.hex(),
            pid=each.pid,
            unused=_is_nil(each.job_id) and _is_nil(each.actor_id) and each.num_executed_tasks == 0,
        )
        for each in reply.core_workers_stats
        if each.worker_type == common_pb2.WorkerType.WORKER
    ]


def _is_nil(raw: bytes) -> bool:
    return not raw.strip(b"\xff")


def announce_warm() -> None:
    """Say that this worker process has loaded everything; without a cluster nothing happens."""
    if ray_worker.global_worker.connected and internal_kv._internal_kv_initialized():
        name = ray_worker.global_worker.worker_id.hex()
        internal_kv._internal_kv_put(_WARM + name, b"1", namespace=_NAMESPACE)


def announced() -> set[str]:
    """Worker ids of all processes that ever said they are warm and were not forgotten."""
    keys = internal_kv._internal_kv_list(_WARM, namespace=_NAMESPACE)
    return {key.decode().removeprefix(_WARM) for key in keys}


def forget_announced(worker_ids: Sequence[str]) -> None:
    """Drop what dead or taken processes announced."""
    for each in worker_ids:
        internal_kv._internal_kv_del(_WARM + each, namespace=_NAMESPACE)


def leave_words(name: str, words: str) -> None:
    """Keep why a driver failed, past the end of its process."""
    internal_kv._internal_kv_put(_WORDS + name, words, namespace=_NAMESPACE)


def read_words(name: str) -> str | None:
    """What `leave_words` kept, or None."""
    raw = internal_kv._internal_kv_get(_WORDS + name, namespace=_NAMESPACE)
    return None if raw is None else raw.decode()


def clear_words(name: str) -> None:
    """Forget it; unknown names change nothing."""
    internal_kv._internal_kv_del(_WORDS + name, namespace=_NAMESPACE)


def match_default_environment() -> None:
    """Let Tune's trial actors ask for the default environment, so that they match warm processes.

    Tune gives each trial actor environment variables of its own, which no idle process has. What they would set is
    set for the whole cluster instead (`environment.py`).
    """
    class_cache.DEFAULT_ENV_VARS.clear()
    class_cache.ENV_VARS_TO_PROPAGATE.clear()


def tune_controller(wrapper: Any) -> Any:
    """Tune's loop itself, behind the wrapper that schedulers are given."""
    return getattr(wrapper, "_tune_controller", wrapper)


def keep_actors(controller: Any, request: Any, count: int) -> None:
    """Let Tune keep `count` idle trial actors for reuse; it keeps one by itself and ends the others."""
    controller._actor_cache.increase_max(request, count)


def keep_starting_actors() -> None:
    """Let Tune never end a trial actor whose process is starting; for all of its loops in this process.

    It hands an idle actor to a trial whose own one is on its way, ending that one: as long as one worker's folds are
    shorter than a start, it would stay the only one. Not a matter of one loop: Tune pickles what a loop holds.
    """
    TuneController._maybe_reuse_cached_actor = _reuse_without_harm


def _reuse_without_harm(controller: Any, trial: Any) -> bool:
    # One that waits for resources may be given up: it might wait for those of the idle actors.
    is_starting = controller._trial_to_actor.get(trial) in controller._actor_manager.live_actors
    return not is_starting and bool(_reuse(controller, trial))


_reuse = TuneController._maybe_reuse_cached_actor


def free_groups(controller: Any) -> None:
    """Remove whatever placement groups Tune's loop still holds."""
    controller._actor_manager._resource_manager.clear()


def staging_folder(controller: Any) -> Path:
    """Where Tune keeps a run's files on the driver's node, whatever its storage path is."""
    return Path(controller._storage.experiment_driver_staging_path).parent


@dataclass(frozen=True)
class Death:
    """How an actor ended. wanted: it was killed on purpose; reason: Ray's words, one line."""

    wanted: bool
    reason: str


def deaths(namespace: str, name: str) -> list[Death]:
    """Ends of all actors that had this name in this namespace, the newest last."""
    found = []
    # `ray._private.state.actors` leaves the namespace out, and not all causes repeat it: want of memory does not.
    for raw in state._connect_and_get_accessor().get_actor_table(None, "DEAD"):
        row = gcs_pb2.ActorTableData.FromString(raw)
        if row.name == name and row.ray_namespace == namespace:
            found.append((row.end_time, _death(row.death_cause)))
    return [death for _, death in sorted(found, key=lambda each: each[0])]


def _death(cause: Any) -> Death:
    wanted = cause.actor_died_error_context.reason == common_pb2.ActorDiedErrorContext.Reason.RAY_KILL
    if cause.HasField("creation_task_failure_context"):
        # A traceback, whose last line is the error.
        return Death(wanted, cause.creation_task_failure_context.formatted_exception_string.strip().split("\n")[-1])
    kind = cause.WhichOneof("context")
    return Death(wanted, "" if kind is None else getattr(cause, kind).error_message.split("\n")[0])


def keep_serve_on_loopback() -> None:
    """Call in a Serve replica's constructor: its server for calls between deployments binds every address and asks
    for no token; on a machine of one's own it belongs on loopback."""
    from ray.serve._private import replica  # Serve is loaded in its replicas alone

    bind = replica.add_port_to_grpc_server
    replica.add_port_to_grpc_server = lambda server, address: bind(server, address.replace("[::]", "127.0.0.1"))


def ask_late_for_bodies() -> None:
    """Call in the constructor of a Serve replica that answers HTTP: it asks its proxy for the body of each request, by
    two calls between processes, though most requests have none. Those ask when the application does, as streams do to
    hear that their client has gone; a client that goes otherwise ends the request as ever."""
    from ray.serve._private.http_util import ASGIReceiveProxy  # Serve is loaded in its replicas alone

    begin, fetch, receive = (
        ASGIReceiveProxy.__init__,
        ASGIReceiveProxy.fetch_until_disconnect,
        ASGIReceiveProxy.__call__,
    )

    def begin_late(proxy: Any, scope: Any, *arguments: Any, **options: Any) -> None:
        begin(proxy, scope, *arguments, **options)
        proxy.wanted = asyncio.Event() if _has_no_body(scope) else None
        proxy.is_told = False

    async def fetch_late(proxy: Any) -> None:
        if proxy.wanted is not None:
            await proxy.wanted.wait()
        await fetch(proxy)

    async def receive_late(proxy: Any) -> Any:
        if proxy.wanted is None:
            return await receive(proxy)
        if not proxy.is_told:
            proxy.is_told = True
            return {"type": "http.request", "body": b"", "more_body": False}
        proxy.wanted.set()
        # The proxy tells of the missing body, too.
        while (message := await receive(proxy))["type"] == "http.request":
            pass
        return message

    ASGIReceiveProxy.__init__ = begin_late
    ASGIReceiveProxy.fetch_until_disconnect = fetch_late
    ASGIReceiveProxy.__call__ = receive_late


def _has_no_body(scope: Mapping[str, Any]) -> bool:
    """Whether an HTTP/1 request says so (RFC 9112, 6.3)."""
    if scope["type"] != "http" or not scope.get("http_version", "").startswith("1."):
        return False
    said = {bytes(name).lower(): bytes(value).strip() for name, value in scope["headers"]}
    return b"transfer-encoding" not in said and said.get(b"content-length", b"0") == b"0"
