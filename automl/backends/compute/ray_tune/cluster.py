"""A Ray cluster: one of our own on this machine that ends with its starter, or one that somebody else runs."""

from __future__ import annotations

import contextlib
import logging
import os
import secrets
import shutil
import signal
import subprocess
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import ray

from automl.backends.compute.ray_tune import internals, reaper
from automl.backends.compute.ray_tune.environment import cluster_variables, pass_on, pass_on_tune
from automl.backends.compute.ray_tune.short_folder import short_folder
from automl.backends.private_file import write_private
from automl.core.errors import UnavailableError

_LOG = logging.getLogger(__name__)
NAMESPACE = "automl"
LOOPBACK = "127.0.0.1"
PRELOAD_MODULE = "automl.backends.compute.ray_tune.preload"
MIB = 1024 * 1024
# Ray puts about 65 characters behind it for its sockets, whose paths may have 107.
_LONGEST_FOLDER = 38
_KEPT_SESSIONS = 2
_STARTS = 3
# Ray opens its folder to every user of the machine, so it lies in one that is closed.
_SESSIONS = "r"


@dataclass(frozen=True)
class LocalCluster:
    """A cluster of our own. address: for `attach`; token_path: file with the secret that every call to it needs;
    folder: sockets and logs; mark: what all its processes carry in their environment; reaper_pid: of the process that
    ends them after this one."""

    address: str
    dashboard_url: str | None
    token_path: Path
    folder: Path
    mark: str
    reaper_pid: int | None = None

    @property
    def sessions(self) -> Path:
        """Where Ray keeps its sessions and names its exporters."""
        return self.folder / _SESSIONS

    def stop(self) -> None:
        """End it and all its processes; returns when none is left. Idempotent."""
        ray.shutdown()
        reaper.reap(self.mark)

    def lost(self) -> str | None:
        """Kind of the process that is gone and without which all the others are of no use; None: the cluster lives."""
        return internals.lost_process()

    def abandon(self) -> None:
        """End a lost cluster's processes, of which nobody takes leave any more; this process must not go on."""
        reaper.reap(self.mark)
        if self.reaper_pid is not None:
            with contextlib.suppress(ProcessLookupError):
                os.kill(self.reaper_pid, signal.SIGKILL)


def start_local(
    home: Path,
    num_cpus: int | None = None,
    dashboard_port: int = 8265,
    *,
    include_dashboard: bool = True,
    object_store_bytes: int = 256 * MIB,
    idle_processes: int = 8,
    preload: str = PRELOAD_MODULE,
    variables: Mapping[str, str] | None = None,
) -> LocalCluster:
    """Start Ray on this machine, reachable over loopback with a token alone, and join it.

    Call it from a thread that lives as long as the process, best the main one: the kernel ends Ray's processes
    when the thread that started them ends, by kill -9 too. num_cpus: for folds, all cores when None;
    dashboard_port 0: any free one; idle_processes: upper bound of the warm pool; preload: module that each worker
    process imports first; variables: more of the environment of all its processes.

    UnavailableError: Ray did not start; says why.
    """
    folder = _folder(home)
    _sweep(folder / _SESSIONS)
    token_path = home / "ray_token"
    _write_token(token_path)
    cpus = num_cpus or os.cpu_count() or 1
    mark = secrets.token_hex(16)
    # Before the mark is set: the reaper must not find itself.
    reaper_pid = _start_reaper(mark)
    ours = cluster_variables(token_path.resolve(), max(cpus, idle_processes) + 2, preload)
    pass_on({**(variables or {}), **ours, reaper.MARK: mark})
    internals.read_environment_again()

    def begin() -> Any:
        return ray.init(
            address="local",
            num_cpus=cpus,
            num_gpus=0,
            include_dashboard=include_dashboard,
            dashboard_host=LOOPBACK,
            dashboard_port=dashboard_port or None,
            object_store_memory=object_store_bytes,
            namespace=NAMESPACE,
            log_to_driver=False,
            logging_level=logging.ERROR,
            _temp_dir=str(folder / _SESSIONS),
            _node_ip_address=LOOPBACK,
        )

    try:
        context = _patiently(begin, mark)
    except Exception as error:  # Ray raises many kinds here, a bare Exception too; the cause goes along.
        ray.shutdown()
        reaper.reap(mark)
        raise UnavailableError(
            f"Ray did not start: {(str(error) or repr(error)).splitlines()[0]}",
            code="ray_unavailable",
            hint=f"Its log files lie in {folder / _SESSIONS}/session_latest/logs; 'automl doctor' checks this machine.",
        ) from error
    url = context.dashboard_url
    return LocalCluster(
        address=context.address_info["gcs_address"],
        dashboard_url=f"http://{url}" if url else None,
        token_path=token_path,
        folder=folder,
        mark=mark,
        reaper_pid=reaper_pid,
    )


def _patiently(begin: Callable[[], Any], mark: str) -> Any:
    """What `begin` returns. A busy machine may take longer for a node than Ray is willing to wait: then once more."""
    for _ in range(_STARTS - 1):
        try:
            return begin()
        except Exception as error:
            # Of all that may go wrong, Ray says by a bare one that its node was too slow.
            if type(error) is not Exception:
                raise
            _LOG.warning("Ray starts once more: %s", error)
            ray.shutdown()
            reaper.reap(mark)
    return begin()


def attach(address: str, token_path: Path | None = None) -> None:
    """Join a running cluster as a client of its own. Does nothing when this process has joined one already.

    token_path: for a cluster started by `start_local`; otherwise Ray's own settings count. UnavailableError: no answer.
    """
    if ray.is_initialized():
        return
    if token_path is not None:
        pass_on({"RAY_AUTH_MODE": "token", "RAY_AUTH_TOKEN_PATH": str(token_path.resolve())})
    if address.startswith(LOOPBACK):
        pass_on({"RAY_ENABLE_WINDOWS_OR_OSX_CLUSTER": "0"})
        internals.read_environment_again()
    pass_on_tune()
    try:
        ray.init(address=address, namespace=NAMESPACE, log_to_driver=False, logging_level=logging.ERROR)
    except (RuntimeError, ConnectionError, OSError, ValueError, ray.exceptions.RayError) as error:
        raise UnavailableError(
            f"The Ray cluster at {address} does not answer.",
            code="ray_unavailable",
            hint="Check the address, and RAY_AUTH_MODE and its token if the cluster asks for one.",
        ) from error


def cpus() -> int:
    """CPUs of all nodes together."""
    return int(ray.cluster_resources().get("CPU", 0))


def _folder(home: Path) -> Path:
    """Where Ray keeps sockets and logs: in the home, or in a short private folder when the path is too long."""
    folder = home.resolve() / "ray"
    if len(str(folder)) > _LONGEST_FOLDER:
        folder = short_folder(home.resolve())
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    if folder.stat().st_uid != os.getuid():
        raise UnavailableError(f"{folder} belongs to somebody else.", code="ray_unavailable", hint="Remove it.")
    folder.chmod(0o700)
    return folder


def _sweep(folder: Path) -> None:
    """Remove what earlier sessions left; the newest ones stay, for their logs."""
    sessions = sorted(path for path in folder.glob("session_2*") if path.is_dir() and not path.is_symlink())
    for path in sessions[:-_KEPT_SESSIONS]:
        shutil.rmtree(path, ignore_errors=True)


def _write_token(path: Path) -> None:
    """A new secret."""
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    write_private(path, secrets.token_hex(32))


def _start_reaper(mark: str) -> int | None:
    """A small process that outlives this one just long enough to end what Ray leaves behind; its process id."""
    if not hasattr(os, "pidfd_open"):
        return None
    # By path and without site packages, so that it starts in milliseconds and takes 10 MB.
    started = subprocess.Popen(
        [sys.executable, "-I", "-S", reaper.__file__, str(os.getpid()), mark],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )
    return started.pid
