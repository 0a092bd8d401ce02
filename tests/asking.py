"""Asks a service over and over without retries, and keeps what was not answered well."""

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

import httpx2

from tests.service_process import Service


def http(service: Service, timeout_s: float = 30.0) -> httpx2.Client:
    """A plain HTTP client with the service's own key: what fails, fails."""
    key = (service.home / "api_key").read_text().strip()
    return httpx2.Client(base_url=service.url, headers={"Authorization": f"Bearer {key}"}, timeout=timeout_s)


@dataclass
class Asked:
    """count: of answers; bad: those that were none or not 200; slowest_s: of all."""

    count: int = 0
    bad: list[str] = field(default_factory=list)
    slowest_s: float = 0.0


@contextmanager
def asking(service: Service, *paths: str) -> Iterator[Asked]:
    """GET these paths in turn, about ten times a second, while the block runs."""
    asked, stop = Asked(), threading.Event()

    def ask() -> None:
        with http(service) as client:
            while not stop.wait(0.1):
                for path in paths:
                    began = time.monotonic()
                    try:
                        answer = client.get(path)
                        if answer.status_code != 200:
                            asked.bad.append(f"{path}: {answer.status_code} {answer.text[:200]}")
                    except httpx2.HTTPError as error:
                        asked.bad.append(f"{path}: {error!r}")
                    asked.count += 1
                    asked.slowest_s = max(asked.slowest_s, time.monotonic() - began)

    thread = threading.Thread(target=ask, daemon=True)
    thread.start()
    try:
        yield asked
    finally:
        stop.set()
        thread.join(60)
