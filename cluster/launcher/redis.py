"""Redis as a cache: bounded memory, nothing on disk, the least recently used goes first."""

from __future__ import annotations

from cluster.launcher.ground import Ground
from cluster.launcher.readiness import redis_answers
from cluster.launcher.server import Address, Server

_OPTIONS = {
    "--bind": "127.0.0.1",
    "--save": "",
    "--appendonly": "no",
    "--maxmemory": "256mb",
    "--maxmemory-policy": "allkeys-lru",
    "--lazyfree-lazy-eviction": "yes",
    "--daemonize": "no",
    # A title of its own would be written over the environment, by which a lost server is found again.
    "--set-proc-title": "no",
}


def client(ground: Ground) -> Address:
    """Where clients connect."""
    return Address("127.0.0.1", ground.plan.ports.redis)


def server(ground: Ground) -> Server:
    """The one cache server; losing it loses nothing."""
    folder, at = ground.folder / "redis", client(ground)
    options = {**_OPTIONS, "--port": str(at.port), "--dir": str(folder), "--logfile": str(folder / "redis.log")}
    return Server(
        name="redis",
        product="redis",
        group=1,
        folder=folder,
        command=(str(ground.programs.redis or "redis-server"), *(word for pair in options.items() for word in pair)),
        address=at,
        listens=(at,),
        answers=lambda: redis_answers(at),
        log=folder / "redis.log",
    )
