"""Values in pieces: the same bytes again, or a finding."""

import random

import pytest

from automl.backends.cache.redis.pieces import PIECE_BYTES, DamagedError, Piece, Pieces, joined, whole_of

NOISE = random.Random(0).randbytes(2 * PIECE_BYTES + 17)


def split(value: bytes) -> list[Piece]:
    """As a reader finds it."""
    pieces = Pieces(value)
    written = list(pieces)
    assert [number for number, _ in written] == list(reversed(range(len(pieces)))), "the first one comes last"
    return [piece for _, piece in reversed(written)]


@pytest.mark.parametrize(
    "value",
    [b"", b"x", bytes(100_000), NOISE[:PIECE_BYTES], NOISE[: PIECE_BYTES + 1], NOISE, bytes(3 * PIECE_BYTES)],
    ids=lambda value: str(len(value)),
)
def test_a_value_comes_back(value: bytes) -> None:
    pieces = split(value)
    assert len(pieces) == whole_of(pieces[0].header).pieces
    assert whole_of(pieces[-1].header).size_bytes == len(value)
    assert all(len(piece.content) <= PIECE_BYTES for piece in pieces)
    assert joined(pieces) == value


def test_what_shrinks_is_compressed_and_nothing_else() -> None:
    (even,) = split(bytes(PIECE_BYTES))
    (noise,) = split(NOISE[:PIECE_BYTES])
    assert len(even.content) < PIECE_BYTES / 50
    assert len(noise.content) == PIECE_BYTES


@pytest.mark.parametrize(
    "value", [b"", NOISE[:1000], bytes(1000), b"abc" * 1000], ids=["empty", "noise", "even", "abc"]
)
def test_a_flipped_byte_is_found_or_harmless(value: bytes) -> None:
    (piece,) = split(value)
    for at in range(len(piece.header) + len(piece.content)):
        flipped = bytearray(piece.header + bytes(piece.content))
        flipped[at] ^= 0x41
        try:
            found = joined([Piece(bytes(flipped[: len(piece.header)]), bytes(flipped[len(piece.header) :]))])
        except DamagedError:
            continue
        # Compressed bytes may differ and still say the same; nothing else passes.
        assert found == value
        assert at >= len(piece.header)
        assert len(piece.content) < len(value)


@pytest.mark.parametrize("length", [0, 1, 500, 999])
def test_a_piece_cut_short_is_found(length: int) -> None:
    (piece,) = split(NOISE[:1000])
    with pytest.raises(DamagedError):
        joined([Piece(piece.header, piece.content[:length])])
    with pytest.raises(DamagedError):
        joined([Piece(piece.header[: length % len(piece.header)], piece.content)])


def test_pieces_that_do_not_belong_together_are_found() -> None:
    pieces = split(NOISE)
    others = split(NOISE[::-1])
    for wrong in (
        [pieces[0], others[1], pieces[2]],
        [pieces[0], pieces[2], pieces[1]],
        [pieces[0], pieces[0], pieces[2]],
        pieces[:2],
        [*pieces, pieces[2]],
        pieces[1:],
    ):
        with pytest.raises(DamagedError):
            joined(wrong)
