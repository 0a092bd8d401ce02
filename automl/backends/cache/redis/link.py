"""One process's way to the server: every failure is counted and told to the breaker, none is raised."""

from __future__ import annotations

import hashlib
import secrets
import time
from collections.abc import Callable, Sequence
from functools import partial
from typing import Any, TypeVar

import redis

from automl.backends.cache.redis.breaker import Breaker
from automl.backends.cache.redis.config import RedisConfig

T = TypeVar("T")

_READ_BYTES = 256 * 1024
_CONNECTIONS = 128
# Large replies come in turns, so that others are served in between.
_TOGETHER = 4
_RELEASE = "if redis.call('get', KEYS[1]) == ARGV[1] then return redis.call('del', KEYS[1]) end return 0"


class AwayError(Exception):
    """No answer. asked: whether the server was asked at all."""

    def __init__(self, asked: bool) -> None:
        super().__init__("no answer" if asked else "not asked")
        self.asked = asked


class Link:
    """All methods raise AwayError."""

    def __init__(self, config: RedisConfig, now: Callable[[], float] = time.monotonic) -> None:
        self._config = config
        self.breaker = Breaker(config.breaker_failures, config.breaker_open_s, now)
        self._client = redis.Redis.from_url(
            config.url,
            protocol=2,
            # Trying again costs more than what the cache saves.
            retry=None,
            socket_timeout=config.timeout_s,
            socket_connect_timeout=config.connect_timeout_s,
            socket_read_size=_READ_BYTES,
            max_connections=_CONNECTIONS,
            driver_info=None,
        )

    def names(self, key: str, pieces: int) -> list[str]:
        """The server's keys of a value's pieces."""
        name = f"{self._config.prefix}v:{_digest(key)}"
        return [name, *(f"{name}:{number}" for number in range(1, pieces))]

    def read(self, names: Sequence[str]) -> list[bytes | None]:
        """Values or None, in order."""
        found: list[bytes | None] = []
        for start in range(0, len(names), _TOGETHER):
            found += self._asked(partial(self._gets, names[start : start + _TOGETHER]))
        return found

    def head(self, name: str, count: int) -> bytes:
        """The first bytes of a value; none when it is not there."""
        found = self._asked(lambda: self._client.getrange(name, 0, count - 1))
        return found if isinstance(found, bytes) else found.encode()

    def write(self, name: str, value: bytes) -> None:
        """Keep one value."""
        self._asked(lambda: self._client.set(name, value, ex=self._config.ttl_s))

    def delete(self, names: Sequence[str]) -> None:
        """Drop values."""
        self._asked(lambda: self._client.unlink(*names))

    def lock(self, key: str) -> str | None:
        """A token when nobody else holds this key's lock."""
        token = secrets.token_hex(8)
        name = self._lock_name(key)
        lock_ms = max(1, int(1000 * self._config.lock_s))
        return token if self._asked(lambda: self._client.set(name, token, nx=True, px=lock_ms)) else None

    def release(self, key: str, token: str) -> None:
        """Give a lock back that is still one's own."""
        self._asked(lambda: self._client.eval(_RELEASE, 1, self._lock_name(key), token))

    def ping(self) -> float:
        """Milliseconds until the answer."""
        began = time.perf_counter()
        self._asked(self._client.ping)
        return 1e3 * (time.perf_counter() - began)

    def info(self) -> dict[str, Any]:
        """What the server says of itself."""
        return self._asked(lambda: dict(self._client.info()))

    def close(self) -> None:
        """Give the connections back."""
        self._client.close()

    def _gets(self, names: Sequence[str]) -> list[Any]:
        if len(names) == 1:
            return [self._client.get(names[0])]
        pipe = self._client.pipeline(transaction=False)
        for name in names:
            pipe.get(name)
        return list(pipe.execute())

    def _asked(self, call: Callable[[], T]) -> T:
        if not self.breaker.allows():
            raise AwayError(asked=False)
        try:
            answer = call()
        except redis.ResponseError as error:
            # It refuses, for want of memory for example, but it answers.
            self.breaker.succeeded()
            raise AwayError(asked=True) from error
        except (redis.RedisError, OSError) as error:
            self.breaker.failed()
            raise AwayError(asked=True) from error
        self.breaker.succeeded()
        return answer

    def _lock_name(self, key: str) -> str:
        return f"{self._config.prefix}l:{_digest(key)}"


def _digest(key: str) -> str:
    """Keys may be long and hold any text; none of a tenant's names shows on the server."""
    return hashlib.sha256(key.encode()).hexdigest()[:40]
