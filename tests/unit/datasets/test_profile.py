"""Statistics by blocks, against NumPy over the whole column."""

import json
import math

import numpy as np
import pyarrow as pa
import pytest

from automl.core.columns import ColumnSpec, ColumnType
from automl.datasets.profile import ColumnProfile


def profile(kind: ColumnType, blocks: list[pa.Array], **more: object) -> dict[str, object]:
    column = ColumnProfile(ColumnSpec(name="x", type=kind, **more))
    for block in blocks:
        column.add(block)
    found = column.to_json()
    json.dumps(found, allow_nan=False)
    return found


def test_numbers() -> None:
    values = np.random.default_rng(0).normal(1e6, 3.0, 60_000)
    blocks = [pa.array(part, mask=np.arange(len(part)) % 10 == 0) for part in np.split(values, 6)]
    kept = np.concatenate([np.delete(part, np.s_[::10]) for part in np.split(values, 6)])
    found = profile(ColumnType.NUMBER, blocks)
    assert (found["missing"], found["missing_share"]) == (6_000, 0.1)
    assert found["mean"] == pytest.approx(kept.mean(), rel=1e-12)
    assert found["std"] == pytest.approx(kept.std(ddof=1), rel=1e-9)
    assert (found["min"], found["max"]) == (kept.min(), kept.max())
    assert found["quantiles"]["0.5"] == pytest.approx(np.median(kept), abs=0.2)
    assert not found["distinct_exact"]


def test_small_columns_are_exact() -> None:
    found = profile(ColumnType.INTEGER, [pa.array([1, 2, 2, None, 9])])
    assert (found["distinct"], found["distinct_exact"], found["sampled"]) == (3, True, False)
    assert found["top"][0] == {"value": "2", "count": 2}
    assert sum(found["histogram"]["counts"]) == 4


@pytest.mark.parametrize("values", [[1.0, math.nextafter(1.0, 2)], [5e-324, 0.0], [7.0, 7.0]])
def test_neighbouring_numbers_have_a_histogram(values: list[float]) -> None:
    assert sum(profile(ColumnType.NUMBER, [pa.array(values)])["histogram"]["counts"]) == 2


def test_infinities_are_counted_apart() -> None:
    found = profile(ColumnType.NUMBER, [pa.array([1.0, math.inf, 3.0, -math.inf])])
    assert (found["infinite"], found["mean"]) == (2, 2.0)
    assert "max" not in found


def test_huge_numbers_stay_json() -> None:
    profile(ColumnType.NUMBER, [pa.array([1e308, -1e308, 1e308])])


def test_words_dates_and_truths() -> None:
    words = profile(ColumnType.CATEGORY, [pa.array(["a", "b"]), pa.array(["a", None])])
    assert words["top"] == [{"value": "a", "count": 2}, {"value": "b", "count": 1}]
    truths = profile(ColumnType.BOOLEAN, [pa.array([True, False, True])], labels=("No", "Yes"))
    assert truths["top"][0] == {"value": "Yes", "count": 2}
    moments = pa.array([0, 86_400_000_000]).cast(pa.timestamp("us", "UTC"))
    assert profile(ColumnType.DATE, [moments])["max"] == "1970-01-02T00:00:00+00:00"


def test_nothing_at_all() -> None:
    assert profile(ColumnType.NUMBER, [pa.nulls(3, pa.float64())])["missing_share"] == 1.0
    assert profile(ColumnType.NUMBER, [])["missing_share"] == 0.0
