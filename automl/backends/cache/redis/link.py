"""One process's way to the server: every failure is counted and told to the breaker, none is raised."""

from __future__ import annotations

import hashlib
import secrets
import time
from collections.abc import Callable, Iterator, Sequence
from functools import partial
from typing import Any, TypeVar

import redis
from redis.connection import PythonRespSerializer

from automl.backends.cache.redis.breaker import Breaker
from automl.backends.cache.redis.config import RedisConfig
from automl.backends.cache.redis.gathering import GatheringConnection, send_gathered
from automl.backends.cache.redis.pieces import Piece, Pieces

T = TypeVar("T")

_READ_BYTES = 256 * 1024
_CONNECTIONS = 128
# Larger arguments are sent as they are. The packer that redis-py takes where hiredis is installed copies them first,
# which costs more than all the rest of a write: 1.3 ms against .1 ms for a megabyte.
_UNCOPIED_BYTES = 6000
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
            # Where the address asks for TLS or a local socket it says of which class.
            connection_class=GatheringConnection,
        )
        self._packer: Any = PythonRespSerializer(_UNCOPIED_BYTES, self._client.get_encoder().encode)
        self._client.connection_pool.connection_kwargs["command_packer"] = self._packer

    def names(self, key: str, pieces: int) -> list[str]:
        """The server's keys of a value's pieces."""
        name = f"{self._config.prefix}v:{_digest(key)}"
        return [name, *(f"{name}:{number}" for number in range(1, pieces))]

    def read(self, names: Sequence[str]) -> list[Piece | None]:
        """Pieces or None, in order."""
        found: list[Piece | None] = []
        for start in range(0, len(names), _TOGETHER):
            found += self._asked(partial(self._gets, names[start : start + _TOGETHER]))
        return found

    def header(self, name: str) -> bytes | None:
        """The header of a piece; None when it is not there."""
        found: Any = self._asked(lambda: self._client.get(_sealed(name)))
        return None if found is None else bytes(found)

    def write(self, names: Sequence[str], pieces: Pieces) -> None:
        """Keep a value."""
        self._asked(lambda: self._sets(names, pieces))

    def delete(self, names: Sequence[str]) -> None:
        """Drop pieces."""
        self._asked(lambda: self._client.unlink(*names, *map(_sealed, names)))

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

    def _gets(self, names: Sequence[str]) -> list[Piece | None]:
        found: list[Any] = self._client.mget([each for name in names for each in (_sealed(name), name)])
        pairs = zip(found[::2], found[1::2], strict=True)
        return [None if header is None or content is None else Piece(header, content) for header, content in pairs]

    def _sets(self, names: Sequence[str], pieces: Pieces) -> None:
        # A pipeline of redis-py packs all commands before it sends the first; here the server takes one while the next
        # is made.
        pool = self._client.connection_pool
        connection: Any = pool.get_connection()
        refusals = []
        try:
            send_gathered(connection, self._commands(names, pieces))
            for _ in range(2 * len(pieces)):
                # Each has its answer: what is left unread would be the next one's.
                try:
                    connection.read_response()
                except redis.ResponseError as error:
                    refusals.append(error)
        finally:
            pool.release(connection)
        if refusals:
            raise refusals[0]

    def _commands(self, names: Sequence[str], pieces: Pieces) -> Iterator[list[bytes | memoryview]]:
        for number, piece in pieces:
            # In this order: a large command costs the server less when little or nothing comes after it.
            header = self._packer.pack("SET", _sealed(names[number]), piece.header, "EX", self._config.ttl_s)
            yield [*header, *self._packer.pack("SET", names[number], piece.content, "EX", self._config.ttl_s)]

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


def _sealed(name: str) -> str:
    """The server's key of a piece's header."""
    return f"{name}:h"
