import hashlib

import pyarrow as pa
import pytest

from automl.core.errors import CorruptDataError
from automl.datasets.chunks import fingerprint, pack, unpack

BATCH = pa.record_batch(
    {
        "x": pa.array([1.5, None, float("nan")]),
        "n": pa.array([2**63 - 1, None, -(2**63)], pa.int64()),
        "when": pa.array([0, 1, None], pa.timestamp("us", "UTC")),
        "b": pa.array([True, None, False]),
        "s": pa.array(["ä😀", "", None]),
    }
)


def test_a_batch_comes_back_as_it_was() -> None:
    found = unpack(pack(BATCH), "c")
    found.validate(full=True)
    assert found.schema == BATCH.schema
    assert str(found.to_pylist()) == str(BATCH.to_pylist())  # NaN is equal to nothing
    assert pack(found) == pack(BATCH)


def test_a_slice_carries_its_own_rows_alone() -> None:
    text = pa.record_batch({"s": pa.array([hashlib.sha256(str(n).encode()).hexdigest() for n in range(5000)])})
    small = pack(text.slice(100, 5))
    assert len(small) < len(pack(text)) / 100
    assert unpack(small, "c").column(0).to_pylist() == text.column(0).to_pylist()[100:105]


def test_an_empty_batch() -> None:
    assert unpack(pack(BATCH.slice(0, 0)), "c").num_rows == 0


def test_each_damage_is_seen() -> None:
    data = pack(BATCH)
    for place in range(len(data)):
        damaged = data[:place] + bytes([data[place] ^ 0x41]) + data[place + 1 :]
        with pytest.raises(CorruptDataError):
            unpack(damaged, "c")


def sealed(facts: bytes, body: bytes) -> bytes:
    return facts + hashlib.sha256(facts + body).digest() + body


def test_what_another_release_wrote_is_not_guessed_at() -> None:
    data = pack(BATCH)
    facts, body = data[:24], data[56:]
    assert sealed(facts, body) == data
    other = [b"AMLX" + facts[4:], facts[:4] + b"\x02" + facts[5:], facts[:5] + b"\x02" + facts[6:]]
    for each in other:
        with pytest.raises(CorruptDataError, match="format"):
            unpack(sealed(each, body), "c")
    with pytest.raises(CorruptDataError, match="schema"):
        unpack(sealed(facts[:16] + b"\0" * 8, body), "c")


@pytest.mark.parametrize("length", [0, 3, 55, 56, 80])
def test_cut_chunks_are_damaged(length: int) -> None:
    with pytest.raises(CorruptDataError, match="the one"):
        unpack(pack(BATCH)[:length], "the one")


def test_fingerprints_tell_schemas_apart() -> None:
    schemas = [
        pa.schema([("a", pa.int64())]),
        pa.schema([("b", pa.int64())]),
        pa.schema([("a", pa.float64())]),
        pa.schema([("a", pa.int64()), ("b", pa.int64())]),
    ]
    assert len({fingerprint(schema) for schema in schemas}) == 4
    assert {len(fingerprint(schema)) for schema in schemas} == {8}
