"""Clients that ask without a pause, and one that asks now and then; bare sockets, one process."""

from __future__ import annotations

import asyncio
import re
import time
from dataclasses import dataclass, field

_LENGTH = re.compile(rb"^content-length:\s*(\d+)", re.IGNORECASE | re.MULTILINE)
_TIMING = re.compile(rb"^server-timing:[^\r\n]*dur=([0-9.]+)", re.IGNORECASE | re.MULTILINE)
_RETRY = re.compile(rb"^retry-after:\s*\d+", re.IGNORECASE | re.MULTILINE)


@dataclass(frozen=True)
class Target:
    """What is asked for. key: None for none."""

    port: int
    path: str
    key: str | None = None

    def request(self) -> bytes:
        key = "" if self.key is None else f"Authorization: Bearer {self.key}\r\n"
        return f"GET {self.path} HTTP/1.1\r\nHost: 127.0.0.1:{self.port}\r\n{key}\r\n".encode()


@dataclass
class Seen:
    """Answers of one phase. good and refused: seconds each; inside_ms: what our own code spent on a refusal."""

    seconds: float = 0.0
    good: list[float] = field(default_factory=list)
    refused: list[float] = field(default_factory=list)
    inside_ms: list[float] = field(default_factory=list)
    without_retry_after: int = 0
    other: int = 0
    broken: int = 0

    def __add__(self, other: Seen) -> Seen:
        """Both phases as one."""
        return Seen(
            self.seconds + other.seconds,
            self.good + other.good,
            self.refused + other.refused,
            self.inside_ms + other.inside_ms,
            self.without_retry_after + other.without_retry_after,
            self.other + other.other,
            self.broken + other.broken,
        )

    def goodput(self, within_s: float) -> float:
        """Good answers a second that came in time."""
        return sum(each <= within_s for each in self.good) / self.seconds if self.seconds else 0.0


async def flood(target: Target, clients: int, seconds: float, pause_s: float = 0.0) -> Seen:
    """So many clients, each asking again as soon as it has its answer, whatever that was (a retry storm)."""
    seen = Seen(seconds)
    until = time.monotonic() + seconds
    await asyncio.gather(*(_client(target, seen, until, pause_s) for _ in range(clients)))
    return seen


async def _client(target: Target, seen: Seen, until: float, pause_s: float) -> None:
    request = target.request()
    while time.monotonic() < until:
        try:
            reader, writer = await asyncio.open_connection("127.0.0.1", target.port)
        except OSError:
            seen.broken += 1
            await asyncio.sleep(0.1)
            continue
        try:
            while time.monotonic() < until:
                began = time.perf_counter()
                writer.write(request)
                head = await reader.readuntil(b"\r\n\r\n")
                length = _LENGTH.search(head)
                await reader.readexactly(int(length[1]) if length else 0)
                if time.monotonic() < until:
                    _note(seen, head, time.perf_counter() - began)
                if pause_s:
                    await asyncio.sleep(pause_s)
        except (OSError, asyncio.IncompleteReadError):
            seen.broken += 1
        finally:
            writer.close()


def _note(seen: Seen, head: bytes, took_s: float) -> None:
    status = int(head[9:12])
    if 200 <= status < 300:
        seen.good.append(took_s)
    elif status in (429, 503):
        seen.refused.append(took_s)
        timing = _TIMING.search(head)
        if timing is not None:
            seen.inside_ms.append(float(timing[1]))
        seen.without_retry_after += _RETRY.search(head) is None
    else:
        seen.other += 1


async def recovery_s(target: Target, normal_s: float, limit_s: float = 30.0) -> float:
    """Seconds from now until ten answers in a row are good and took at most twice as long as ever."""
    began, row = time.monotonic(), 0
    while row < 10 and time.monotonic() - began < limit_s:
        one = await flood(target, 1, 0.05)
        times = one.good
        row = row + len(times) if times and max(times) <= 2 * normal_s and not one.refused else 0
    return time.monotonic() - began
