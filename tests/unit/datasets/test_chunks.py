import hashlib
import struct

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


def test_each_damage_is_seen_or_changes_nothing() -> None:
    data = pack(BATCH)
    for place in range(len(data)):
        damaged = data[:place] + bytes([data[place] ^ 0x41]) + data[place + 1 :]
        try:
            found = unpack(damaged, "c")
        except CorruptDataError:
            continue
        assert place in range(6, 8), f"byte {place} was taken"  # reserved, and of no meaning
        assert str(found.to_pylist()) == str(BATCH.to_pylist())


@pytest.mark.parametrize("length", [0, 3, 55, 56, 80])
def test_cut_chunks_are_damaged(length: int) -> None:
    with pytest.raises(CorruptDataError, match="the one"):
        unpack(pack(BATCH)[:length], "the one")


@pytest.mark.parametrize("length", [0, 1, 2**62])
def test_a_header_that_lies_about_the_length(length: int) -> None:
    data = pack(BATCH)
    with pytest.raises(CorruptDataError):
        unpack(data[:8] + struct.pack(">Q", length) + data[16:], "c")


def test_fingerprints_tell_schemas_apart() -> None:
    schemas = [
        pa.schema([("a", pa.int64())]),
        pa.schema([("b", pa.int64())]),
        pa.schema([("a", pa.float64())]),
        pa.schema([("a", pa.int64()), ("b", pa.int64())]),
    ]
    assert len({fingerprint(schema) for schema in schemas}) == 4
    assert {len(fingerprint(schema)) for schema in schemas} == {8}
