"""How the cache in Redis is set up."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class RedisConfig:
    """url: `redis://host:port/db`, `rediss://…` for TLS; prefix: before every key, so that services may share a server.

    connect_timeout_s and timeout_s bound what a silent server costs one call, together at most 50 ms. breaker_failures
    in a row stop all calls for breaker_open_s. lock_s: how long one process may keep the others from loading the same
    value; they load it themselves after wait_s. ttl_s: what nobody stored again for so long goes; max_value_bytes: a
    larger value is not kept.
    """

    url: str
    prefix: str = "automl:"
    connect_timeout_s: float = 0.02
    timeout_s: float = 0.03
    breaker_failures: int = 3
    breaker_open_s: float = 2.0
    lock_s: float = 10.0
    wait_s: float = 10.0
    ttl_s: int = 2 * 86_400
    max_value_bytes: int = 256 * 1024 * 1024

    def __post_init__(self) -> None:
        if not self.url.startswith(("redis://", "rediss://", "unix://")):
            # The address may hold a password: it is not repeated here.
            raise ValueError("a Redis address starts with redis://, rediss:// or unix://")
