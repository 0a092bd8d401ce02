"""A command in one call, and what the socket does not take at once."""

import pytest

from automl.backends.cache.redis.gathering import GatheringConnection, send_gathered


class Socket:
    """Takes so many bytes at a call; keeps what it was given."""

    def __init__(self, room: int) -> None:
        self.room = room
        self.taken = b""
        self.calls = 0
        self.is_closed = False

    def sendmsg(self, parts: list[bytes]) -> int:
        self.calls += 1
        given = b"".join(parts)[: self.room]
        self.taken += given
        return len(given)

    def sendall(self, part: bytes) -> None:
        self.calls += 1
        self.taken += part

    def shutdown(self, how: int) -> None:
        self.is_closed = True

    def close(self) -> None:
        self.is_closed = True


def connection(socket: Socket) -> GatheringConnection:
    made = GatheringConnection(host="nowhere.invalid")
    made._sock = socket
    return made


@pytest.mark.parametrize("room", range(1, 12))
def test_every_byte_goes_once_and_in_order(room: int) -> None:
    socket = Socket(room)
    send_gathered(connection(socket), iter([[b"abc", memoryview(b"defg"), b"", b"hi"], [b"jk"]]))
    assert socket.taken == b"abcdefghijk"


def test_what_fits_goes_in_one_call() -> None:
    socket = Socket(100)
    send_gathered(connection(socket), [[b"abc", b"defg"]])
    assert socket.calls == 1


def test_after_half_a_command_the_connection_is_closed() -> None:
    socket = Socket(2)
    socket.sendall = None  # type: ignore[assignment]
    with pytest.raises(TypeError):
        send_gathered(connection(socket), [[b"abc"]])
    assert socket.is_closed


def test_a_connection_of_another_class_sends_as_it_can() -> None:
    class Other:
        sent: tuple[bytes, ...] = ()

        def send_packed_command(self, command: object) -> None:
            self.sent = tuple(command)  # type: ignore[call-overload]

    other = Other()
    send_gathered(other, [[b"abc", b"d"], [b"e"]])
    assert other.sent == (b"abc", b"d", b"e")
