"""Free ports on loopback: the products' own where they are free, otherwise some that are equal on every address."""

from __future__ import annotations

import contextlib
import fcntl
import os
import random
import socket
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType

from cluster.launcher.errors import LauncherError

# Below the range from which the kernel serves outgoing connections, above the well-known ones.
_RANGE = range(15000, 32000)
_TRIES = 2000


@dataclass(frozen=True)
class Ports:
    """Each is equal on the addresses of all nodes; `jmx` is the first of consecutive ones on 127.0.0.1."""

    cql: int = 9042
    storage: int = 7000
    jmx: int = 7101
    cassandra_metrics: int = 7072
    kafka: int = 9092
    controller: int = 9093
    kafka_metrics: int = 7073
    redis: int = 6379
    redis_exporter: int = 9121
    node_exporter: int = 9100
    prometheus: int = 9090


def hosts(nodes: int) -> list[str]:
    """127.0.0.1, 127.0.0.2, …: on Linux all of 127/8 is loopback without further ado."""
    return [f"127.0.0.{node}" for node in range(1, nodes + 1)]


def choose(nodes: int, take: Callable[[str, int], bool], defaults: bool, source: random.Random) -> Ports:
    """Ports for so many nodes. take: reserves an address, False when it is in use; defaults: try the products' own."""
    chosen: dict[str, int] = {}
    for name, default in vars(Ports()).items():
        candidates = [default] if defaults else []
        candidates += source.sample(_RANGE, _TRIES)
        for port in candidates:
            taken = {port + offset for offset in range(nodes)} if name == "jmx" else {port}
            clash = any(taken & _span(other, value, nodes) for other, value in chosen.items())
            if not clash and all(take(host, each) for each in taken for host in hosts(nodes)):
                chosen[name] = port
                break
        else:
            raise LauncherError(f"No free port was found for {name} on 127.0.0.1-{nodes}.", code="no_port")
    return Ports(**chosen)


def _span(name: str, port: int, nodes: int) -> set[int]:
    return {port + offset for offset in range(nodes)} if name == "jmx" else {port}


def is_free(host: str, port: int) -> bool:
    """Whether a server could listen there now. Connections that linger after a stop do not count."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
            probe.listen(1)
        except OSError:
            return False
    return True


class Reservations:
    """Ports that this launcher has chosen and its servers do not listen on yet, told to launchers of other homes.

    One lock file a port in a folder of the user's cache; the kernel frees them when the launcher ends.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._held: dict[int, int] = {}

    def __enter__(self) -> Reservations:
        self._folder.mkdir(parents=True, exist_ok=True)
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        for handle in self._held.values():
            os.close(handle)
        self._held.clear()

    def take(self, host: str, port: int) -> bool:
        """Reserve an address; False when somebody listens there or another launcher has reserved the port."""
        if port not in self._held:
            handle = os.open(self._folder / str(port), os.O_CREAT | os.O_RDWR | os.O_CLOEXEC, 0o600)
            try:
                fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except OSError:
                os.close(handle)
                return False
            self._held[port] = handle
        return is_free(host, port)


def holder(host: str, port: int) -> str:
    """Who listens there, in words: `process 123 (java)`."""
    wanted = set(_listeners(host, port))
    for entry in Path("/proc").iterdir():
        if not entry.name.isdigit():
            continue
        with contextlib.suppress(OSError):
            for handle in (entry / "fd").iterdir():
                with contextlib.suppress(OSError):
                    if os.readlink(handle) in wanted:
                        return f"process {entry.name} ({(entry / 'comm').read_text().strip()})"
    return "a process of another user"


def _listeners(host: str, port: int) -> Iterator[str]:
    own = socket.inet_aton(host)[::-1].hex().upper()
    for table in ("/proc/net/tcp", "/proc/net/tcp6"):
        with contextlib.suppress(OSError):
            for line in Path(table).read_text().splitlines()[1:]:
                fields = line.split()
                address, at = fields[1].split(":")
                if fields[3] == "0A" and int(at, 16) == port and (address.endswith(own) or not address.strip("0")):
                    yield f"socket:[{fields[9]}]"
