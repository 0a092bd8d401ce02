"""Unit tests may neither start Ray nor open a socket."""

import socket
from collections.abc import Iterator

import pytest

from automl.core import failpoint


@pytest.fixture(autouse=True)
def _no_network(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(self: socket.socket, address: object) -> None:
        raise AssertionError(f"a unit test connects to {address!r}")

    monkeypatch.setattr(socket.socket, "connect", refuse)


@pytest.fixture(autouse=True)
def _disarm() -> Iterator[None]:
    yield
    failpoint.disarm()
