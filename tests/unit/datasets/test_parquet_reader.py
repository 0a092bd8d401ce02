"""Columnar files: each type converted exactly, or refused by the column's name."""

import datetime as dt
import decimal
import io
from typing import Any

import numpy as np
import pyarrow as pa
import pytest
from pyarrow import feather, ipc, parquet

from automl.core.columns import ColumnType
from automl.core.errors import DatasetRejectedError, TooLargeError, UnsupportedFormatError
from automl.datasets.limits import ReadLimits


def packed(table: pa.Table, **more: Any) -> bytes:
    target = io.BytesIO()
    parquet.write_table(table, target, **more)
    return target.getvalue()


def table_of(**columns: Any) -> pa.Table:
    return pa.table(columns)


def test_plain_types(read_here: Any) -> None:
    moment = dt.datetime(2024, 5, 6, 7, 8, 9, 123456, tzinfo=dt.UTC)
    data = packed(
        table_of(
            i8=pa.array([1, None, 1], pa.int8()),
            u32=pa.array([2**32 - 1, 0, 5], pa.uint32()),
            f16=pa.array(np.array([0.5, 1.5, 0.5], np.float16)),
            f64=pa.array([1.25, float("nan"), 3.0]),
            flag=pa.array([True, False, None]),
            day=pa.array([dt.date(1600, 1, 1), dt.date(2300, 1, 1), None]),
            ns=pa.array([moment] * 3, pa.timestamp("ns", "Europe/Berlin")),
            naive=pa.array([moment.replace(tzinfo=None)] * 3, pa.timestamp("ms")),
            word=pa.array(["x", "", "y"], pa.large_string()),
            level=pa.array(["1", "2", "1"]).dictionary_encode(),
            none=pa.nulls(3),
        )
    )
    table = read_here(data)
    assert table.values("i8") == [1, None, 1]
    assert table.values("u32") == [2**32 - 1, 0, 5]
    assert table.values("f16") == [0.5, 1.5, 0.5]
    assert table.values("f64") == [1.25, None, 3.0]
    assert table.column("flag").labels == ("false", "true")
    assert table.values("day")[0].year == 1600
    assert table.values("ns") == [moment] * 3
    assert table.values("naive")[0].microsecond == 123000
    assert table.values("word") == ["x", None, "y"]
    assert (table.column("level").type, table.values("level")) == (ColumnType.CATEGORY, ["1", "2", "1"])
    assert table.finding("all_missing").column == "none"


def test_row_98_exact_conversions(read_here: Any) -> None:
    data = packed(
        table_of(
            u64=pa.array([2**64 - 1, 1, None], pa.uint64()),
            small=pa.array([5, 1, None], pa.uint64()),
            whole=pa.array([decimal.Decimal(10**30), None, decimal.Decimal(7)], pa.decimal128(38, 0)),
            cents=pa.array([decimal.Decimal("1.25"), decimal.Decimal("-3.50"), None], pa.decimal128(10, 2)),
            wide=pa.array([decimal.Decimal("1.25"), None, None], pa.decimal128(30, 2)),
            span=pa.array([dt.timedelta(seconds=90), None, None], pa.duration("ms")),
            clock=pa.array([dt.time(1, 0, 0, 5), None, None], pa.time64("us")),
        )
    )
    table = read_here(data)
    assert table.values("u64") == [str(2**64 - 1), "1", None]
    assert table.values("small") == [5, 1, None]
    assert table.values("whole") == [str(10**30), None, "7"]
    assert table.values("cents") == [1.25, -3.5, None]
    assert table.finding("decimals_rounded").column == "wide"
    assert table.values("span") == [90.0, None, None]
    assert table.values("clock") == [3600.000005, None, None]


def test_row_97_nested_types(read_here: Any) -> None:
    data = packed(pa.table({"s": [{"x": 1, "y": {"z": "a"}}, None, {"x": 3, "y": None}], "t": [1, 2, 3]}))
    table = read_here(data)
    assert table.data.column_names == ["s.x", "s.y.z", "t"]
    assert table.values("s.x") == [1, None, 3]
    with pytest.raises(DatasetRejectedError) as caught:
        read_here(packed(pa.table({"tags": [["a"], ["b"]], "t": [1, 2]})))
    assert caught.value.code == "column_unreadable"
    assert caught.value.errors[0].column == "tags"


def test_texts_are_typed_by_what_they_hold(read_here: Any) -> None:
    table = read_here(packed(table_of(n=["1", "2", None], d=["2024-01-01", "2024-01-02", "?"], z=["01", "02", "03"])))
    assert table.values("n") == [1, 2, None]
    assert table.values("d")[2] is None
    assert table.values("z") == ["01", "02", "03"]


def test_a_stored_pandas_index_is_left_out(read_here: Any) -> None:
    table = read_here(packed(table_of(a=[1, 2], b=["x", "y"], __index_level_0__=[7, 8])))
    assert table.data.column_names == ["a", "b"]
    assert table.has("index_dropped")


def test_types_can_be_overruled(read_here: Any) -> None:
    table = read_here(packed(table_of(a=[1.0, 2.0, 1.0], b=[1, 0, 1], c=[True, False, True])), types={"a": "category"})
    assert table.values("a") == ["1", "2", "1"]


def test_identifiers_and_constants(read_here: Any) -> None:
    table = read_here(packed(table_of(n=list(range(50)), k=[3] * 50, x=[n / 7 for n in range(50)])))
    assert [column.id_like for column in table.schema.columns] == [True, False, False]
    assert table.column("k").constant


def test_row_99_damaged_files(read_here: Any) -> None:
    data = packed(table_of(a=list(range(5000)), b=[str(n) for n in range(5000)]))
    for broken in (data[:-30], b"PAR1" + b"\0" * 100, data[: len(data) // 2]):
        with pytest.raises(DatasetRejectedError) as caught:
            read_here(broken)
        assert caught.value.code == "parquet_damaged"
    with pytest.raises(UnsupportedFormatError):
        read_here(b"PARE" + data[4:])


def test_row_96_a_dictionary_bomb(read_here: Any) -> None:
    column = pa.DictionaryArray.from_arrays(pa.array(np.zeros(70_000, np.int32)), pa.array(["x" * 1000]))
    data = packed(pa.table({"a": column, "b": np.arange(70_000) % 50}), compression="zstd")
    assert len(data) < 200_000
    with pytest.raises(TooLargeError) as caught:
        read_here(data, limits=ReadLimits(max_bytes_decoded=5_000_000))
    assert caught.value.code == "expands_too_much"


@pytest.mark.parametrize("compression", ["zstd", "lz4", "uncompressed"])
def test_feather(read_here: Any, compression: str) -> None:
    target = io.BytesIO()
    feather.write_feather(table_of(a=[1, 2, 3], b=["x", "y", "z"]), target, compression=compression)
    table = read_here(target.getvalue(), filename="t.feather")
    assert table.values("b") == ["x", "y", "z"]
    assert not table.has("name_mismatch")


def test_arrow_stream(read_here: Any) -> None:
    source = table_of(a=[1, 2, 3], b=["x", "y", "z"])
    target = io.BytesIO()
    with ipc.new_stream(target, source.schema) as writer:
        writer.write_table(source, max_chunksize=2)
    assert read_here(target.getvalue()).values("a") == [1, 2, 3]
    with pytest.raises(DatasetRejectedError) as caught:
        read_here(target.getvalue()[:150])
    assert caught.value.code == "arrow_damaged"


def test_names_are_checked_here_too(read_here: Any) -> None:
    doubled = pa.Table.from_arrays([pa.array([1, 2]), pa.array([3, 4])], names=["a", "a"])
    target = io.BytesIO()
    with ipc.new_file(target, doubled.schema) as writer:
        writer.write_table(doubled)
    with pytest.raises(DatasetRejectedError) as caught:
        read_here(target.getvalue())
    assert caught.value.code == "duplicate_names"
    assert read_here(target.getvalue(), rename_duplicates=True).values("a (2)") == [3, 4]


def test_large_blocks_are_cut(read_here: Any) -> None:
    table = read_here(packed(table_of(a=np.arange(200_000) % 7, b=np.arange(200_000) % 3)))
    assert table.rows == 200_000
    assert max(batch.num_rows for batch in table.data.to_batches()) <= 65_536
