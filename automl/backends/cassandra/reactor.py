"""The driver's connection, made to wait instead of refusing. All we touch of the driver's internals stands here."""

from __future__ import annotations

from typing import Any

from cassandra.io.libevreactor import LibevConnection

_BUFFER_BYTES = 64 * 1024


class QueueingConnection(LibevConnection):  # type: ignore[misc]  # the driver ships no type information
    """A connection whose requests queue while the socket is full.

    The driver's own refuses them with ConnectionBusy, and each refusal also leaks one of the connection's request
    slots. Its queue takes any number of bytes; what bounds it is our own budget of bytes in flight. Larger buffers
    spare system calls: one for 64 KiB instead of one for 4 KiB.
    """

    in_buffer_size = _BUFFER_BYTES
    out_buffer_size = _BUFFER_BYTES

    @property
    def _socket_writable(self) -> bool:
        return True

    @_socket_writable.setter
    def _socket_writable(self, _: bool) -> None:
        """The driver notes here that the socket is full."""


def let_go(future: Any) -> None:
    """Break the cycle of an answered request and its timer, so that its bytes are freed now, not at a collection."""
    future._timer = None
