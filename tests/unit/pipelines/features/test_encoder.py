import io
import json
import pickle
import zipfile
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import numpy as np
import pyarrow as pa
import pytest

from automl.core.columns import ColumnType, TableSchema
from automl.core.errors import CorruptDataError, InvalidInputError
from automl.core.trials import Task
from automl.pipelines.features.encoder import FeatureEncoder
from automl.pipelines.features.views import VIEWS, View

Mixed = tuple[pa.Table, TableSchema]


def fitted(mixed: Mixed, seed: int = 0) -> FeatureEncoder:
    table, schema = mixed
    return FeatureEncoder.fit(table, schema, schema.names, Task.BINARY, seed)


@pytest.mark.parametrize("view", VIEWS)
def test_a_view_is_a_c_ordered_float32_matrix_named_f0_onwards(mixed: Mixed, view: View) -> None:
    matrix = fitted(mixed).transform(mixed[0], view)
    assert matrix.X.dtype == np.float32
    assert matrix.X.flags.c_contiguous
    assert matrix.X.shape == (300, len(matrix.columns))
    assert [column.name for column in matrix.columns] == [f"f{i}" for i in range(len(matrix.columns))]
    assert {column.source for column in matrix.columns} == set(mixed[1].names)


def test_the_linear_view_has_no_gap_and_no_huge_number(mixed: Mixed) -> None:
    X = fitted(mixed).transform(mixed[0], "linear").X
    assert np.isfinite(X).all()
    assert np.abs(X).max() < 30


def test_categorical_codes_stay_within_their_levels(mixed: Mixed) -> None:
    matrix = fitted(mixed).transform(mixed[0], "tree")
    categorical = [i for i, column in enumerate(matrix.columns) if column.is_categorical]
    assert {matrix.columns[i].source for i in categorical} == {"colour", "ticket"}
    for i in categorical:
        codes = matrix.X[~np.isnan(matrix.X[:, i]), i]
        assert set(codes) == set(range(matrix.columns[i].levels))


@pytest.mark.parametrize("view", VIEWS)
def test_the_same_to_the_bit_after_storing_and_for_single_rows(mixed: Mixed, view: View) -> None:
    table = mixed[0]
    encoder = fitted(mixed)
    again = FeatureEncoder.from_files(encoder.to_files())
    whole = encoder.transform(table, view).X
    assert again.columns(view) == encoder.columns(view)
    np.testing.assert_array_equal(again.transform(table, view).X, whole)
    for row in (0, 17, 299):
        np.testing.assert_array_equal(again.transform(table.slice(row, 1), view).X, whole[row : row + 1])


def test_equal_fits_give_equal_bytes(mixed: Mixed) -> None:
    assert fitted(mixed).to_files() == fitted(mixed).to_files()


def test_chunking_of_the_table_does_not_matter(mixed: Mixed) -> None:
    table, schema = mixed
    pieces = pa.concat_tables([table.slice(0, 100), table.slice(100, 0), table.slice(100, 200)])
    assert fitted((pieces, schema)).to_files() == fitted(mixed).to_files()
    encoder = fitted(mixed)
    for view in VIEWS:
        np.testing.assert_array_equal(encoder.transform(pieces, view).X, encoder.transform(table, view).X)


def test_views_encoded_together_are_those_encoded_alone(mixed: Mixed) -> None:
    encoder = fitted(mixed)
    together = encoder.matrices(mixed[0], VIEWS)
    assert tuple(together) == VIEWS
    for view in VIEWS:
        np.testing.assert_array_equal(together[view], encoder.transform(mixed[0], view).X)


def test_columns_are_found_by_name_in_any_order(mixed: Mixed) -> None:
    table, schema = mixed
    encoder = fitted(mixed)
    shuffled = table.select([*reversed(schema.names)]).append_column("extra", pa.nulls(300))
    np.testing.assert_array_equal(encoder.transform(shuffled, "tree").X, encoder.transform(table, "tree").X)


def test_no_rows_give_no_rows(mixed: Mixed) -> None:
    encoder = fitted(mixed)
    for view in VIEWS:
        assert encoder.transform(mixed[0].slice(0, 0), view).X.shape == (0, len(encoder.columns(view)))


def test_all_missing_and_never_seen_rows_can_be_encoded(mixed: Mixed) -> None:
    table, schema = mixed
    encoder = fitted(mixed)
    empty = pa.table({name: pa.nulls(2, table.schema.field(name).type) for name in schema.names})
    assert np.isfinite(encoder.transform(empty, "linear").X).all()
    strange = table.slice(0, 1)
    strange = strange.set_column(3, "colour", pa.array(["ultraviolet"]))
    strange = strange.set_column(6, "note", pa.array(["λόγος 漢字 \U0001f600"]))
    assert np.isfinite(encoder.transform(strange, "linear").X).all()
    assert encoder.unseen(strange).keys() == {"colour"}
    assert encoder.unseen(table) == {}


def test_many_threads_use_one_encoder(mixed: Mixed) -> None:
    encoder = fitted(mixed)
    expected = encoder.transform(mixed[0], "linear").X
    with ThreadPoolExecutor(4) as pool:
        for found in pool.map(lambda _: encoder.transform(mixed[0], "linear").X, range(8)):
            np.testing.assert_array_equal(found, expected)


def test_constants_and_copies_are_dropped_with_the_reason(encode: Callable[..., Any]) -> None:
    values = [1.0, 2.0, 3.0, 4.0]
    found = encode(
        a=(ColumnType.NUMBER, values),
        same=(ColumnType.NUMBER, values),
        fixed=(ColumnType.NUMBER, [5.0] * 4),
        empty=(ColumnType.CATEGORY, [None] * 4),
        group=(ColumnType.CATEGORY, ["x", "y", "x", "y"]),
        renamed=(ColumnType.CATEGORY, ["1", "2", "1", "2"]),
    ).encoder
    assert found.sources == ("a", "group")
    assert found.dropped["same"] == "says the same as a"
    assert found.dropped["renamed"] == "says the same as group"
    assert set(found.dropped) == {"same", "fixed", "empty", "renamed"}
    assert FeatureEncoder.from_files(found.to_files()).dropped == found.dropped


def test_a_value_that_is_sometimes_missing_is_kept(encode: Callable[..., Any]) -> None:
    found = encode(a=(ColumnType.NUMBER, [5.0, None, 5.0]), b=(ColumnType.CATEGORY, ["x", "x", None]))
    assert found.encoder.sources == ("a", "b")
    assert found.values("a", "missing", "linear") == [0.0, 1.0, 0.0]
    assert np.isnan(found.values("a", "", "tree")[1])


def test_nothing_to_learn_from_is_refused(encode: Callable[..., Any]) -> None:
    with pytest.raises(InvalidInputError) as caught:
        encode(a=(ColumnType.NUMBER, [1.0, 1.0]), b=(ColumnType.TEXT, ["x", "x"]))
    assert caught.value.code == "no_features"


def test_a_forced_identifier_is_used(encode: Callable[..., Any]) -> None:
    found = encode(id=(ColumnType.ID, [f"A{i:03}" for i in range(40)]))
    assert found.encoder.sources == ("id",)
    assert "number" in found.parts("id", "tree")


def test_views_json_is_json(mixed: Mixed) -> None:
    encoder = fitted(mixed)
    body = json.loads(json.dumps(encoder.views_json(), allow_nan=False))
    assert body["tree"][0] == {"name": "f0", "source": "amount", "part": "", "is_categorical": False, "levels": 0}
    assert len(body["linear"]) == len(encoder.columns("linear"))
    assert body["dropped"] == {}


def test_damaged_files_are_corrupt_data(mixed: Mixed) -> None:
    files = fitted(mixed).to_files()
    body = json.loads(files["encoder.json"])
    broken = [
        {},
        {**files, "encoder.json": b"{"},
        {**files, "encoder.json": b"[]"},
        {**files, "encoder.npz": files["encoder.npz"][:100]},
        {**files, "encoder.json": json.dumps({**body, "format": 99}).encode()},
        {**files, "encoder.json": json.dumps({**body, "columns": [{"kind": "spell"}]}).encode()},
        {**files, "encoder.json": json.dumps({**body, "columns": body["columns"][:2]}).encode()},
    ]
    for each in broken:
        with pytest.raises(CorruptDataError):
            FeatureEncoder.from_files(each)


def test_a_pickle_in_the_archive_is_not_loaded(mixed: Mixed) -> None:
    files = fitted(mixed).to_files()
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(files["encoder.npz"])) as old, zipfile.ZipFile(out, "w") as new:
        for name in old.namelist():
            new.writestr(name, old.read(name))
        new.writestr("0.evil.npy", np.lib.format.magic(1, 0) + pickle.dumps(print))
    with pytest.raises(CorruptDataError):
        FeatureEncoder.from_files({**files, "encoder.npz": out.getvalue()})


def test_wide_tables_get_one_linear_column_a_number() -> None:
    random = np.random.default_rng(0)
    table = pa.table({f"x{i}": random.normal(size=50) for i in range(150)})
    schema = TableSchema.model_validate({"columns": [{"name": n, "type": "number"} for n in table.column_names]})
    encoder = FeatureEncoder.fit(table, schema, table.column_names, Task.REGRESSION, 0)
    assert len(encoder.columns("linear")) == 150
