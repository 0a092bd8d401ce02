import hashlib
import random

import pytest

from automl.backends.blobs.cassandra.chunks import decode, encode

NOISE = random.Random(1).randbytes(10_000)


def stored(chunk: bytes) -> dict[str, object]:
    codec, body = encode(chunk)
    return {"codec": codec, "body": body, "size_bytes": len(chunk), "sha256": hashlib.sha256(chunk).digest()}


@pytest.mark.parametrize("chunk", [b"a", b"a" * 10_000, NOISE])
@pytest.mark.parametrize("kind", [bytes, bytearray, memoryview])
def test_there_and_back(chunk: bytes, kind: type) -> None:
    row = stored(kind(chunk))
    assert decode(row, len(chunk)) == chunk
    assert len(row["body"]) <= len(chunk)  # type: ignore[arg-type]


def test_what_does_not_shrink_is_kept_as_it_is() -> None:
    assert encode(NOISE) == (0, NOISE)
    codec, body = encode(b"a" * 10_000)
    assert codec == 1
    assert len(body) < 100


@pytest.mark.parametrize("chunk", [b"a" * 10_000, NOISE])
@pytest.mark.parametrize(
    "damage",
    [
        {"body": b""},
        {"body": None},
        {"body": b"not zstd"},
        {"codec": 1, "body": NOISE},
        {"codec": 0, "body": NOISE[:-1] + b"?"},
        {"sha256": bytes(32)},
        {"size_bytes": 9_999},
    ],
)
def test_damage_is_seen(chunk: bytes, damage: dict[str, object]) -> None:
    row = stored(chunk)
    if damage.get("body") == NOISE and chunk == NOISE:
        damage = {**damage, "codec": 1}
    assert decode({**row, **damage}, len(chunk)) is None


def test_a_missing_chunk_and_one_of_another_size() -> None:
    assert decode(None, 1) is None
    assert decode(stored(NOISE), len(NOISE) + 1) is None
