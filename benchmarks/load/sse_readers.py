"""Many readers of event streams in one process: bare sockets, because a client library would be the bottleneck."""

from __future__ import annotations

import asyncio
import re
import socket
import time
from dataclasses import dataclass, field
from typing import cast

# One event: its id, and when its writer made it.
_EVENT = re.compile(rb"^id: ([^\n]+)\nevent: ([^\n]+)\ndata: ([^\n]*)\n", re.MULTILINE)
_SENT = re.compile(rb'"sent":\s?([0-9.]+)')
# A reader that does not read: as little as the kernel allows is taken from the socket.
_SMALL_BUFFER = 4096


@dataclass
class Reader(asyncio.Protocol):
    """One stream. lags: seconds from an event's making to its arrival; gaps and repeats count broken promises."""

    path: str
    key: str
    host: str
    after: int = 0
    last: int = 0
    status: int = 0
    lags: list[float] = field(default_factory=list)
    gaps: int = 0
    repeats: int = 0
    beats: int = 0
    ended: asyncio.Event = field(default_factory=asyncio.Event)
    begun_s: float | None = None
    _asked_at: float = 0.0
    _rest: bytes = b""
    _transport: asyncio.Transport | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast(asyncio.Transport, transport)
        self._asked_at = time.perf_counter()
        last = f"Last-Event-ID: {self.after}\r\n" if self.after else ""
        self.last = self.after
        self._transport.write(
            f"GET {self.path} HTTP/1.1\r\nHost: {self.host}\r\nAuthorization: Bearer {self.key}\r\n"
            f"Accept: text/event-stream\r\n{last}\r\n".encode()
        )

    def data_received(self, data: bytes) -> None:
        now = time.time()
        if self.begun_s is None:
            self.begun_s = time.perf_counter() - self._asked_at
            self.status = int(data.split(b" ", 2)[1])
        if data.endswith(b"0\r\n\r\n"):
            # The last chunk of the answer; the connection itself may stay.
            self.ended.set()
        data = self._rest + data
        whole = data.rfind(b"\n\n") + 2
        if whole == 1:
            self._rest = data
            return
        self._rest = data[whole:]
        self.beats += data.count(b": heartbeat", 0, whole)
        for found in _EVENT.finditer(data, 0, whole):
            seq = int(found[1])
            if self.last and seq > self.last + 1:
                self.gaps += 1
            if seq <= self.last:
                self.repeats += 1
            self.last = max(self.last, seq)
            sent = _SENT.search(found[3])
            if sent is not None:
                self.lags.append(now - float(sent[1]))

    def connection_lost(self, exc: Exception | None) -> None:
        self.ended.set()

    def close(self) -> None:
        """Leave."""
        if self._transport is not None:
            self._transport.abort()

    def stop_reading(self) -> None:
        """Become a slow reader: take nothing more from the socket."""
        if self._transport is not None:
            self._transport.pause_reading()


async def opened(reader: Reader, port: int, slow: bool = False) -> Reader:
    """Connect and ask."""
    plain = socket.socket()
    if slow:
        plain.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, _SMALL_BUFFER)
    plain.setblocking(False)
    loop = asyncio.get_running_loop()
    await loop.sock_connect(plain, ("127.0.0.1", port))
    await loop.create_connection(lambda: reader, sock=plain)
    return reader
