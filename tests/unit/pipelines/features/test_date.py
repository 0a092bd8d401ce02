import datetime as dt
from typing import Any

import numpy as np
import pyarrow as pa

from automl.core.columns import ColumnType


def at(*args: int) -> dt.datetime:
    return dt.datetime(*args, tzinfo=dt.UTC)


def test_fields_that_differ_become_columns(encode: Any) -> None:
    days = [at(2021, 1, 4), at(2021, 2, 5), at(2021, 3, 6), None]
    found = encode(x=(ColumnType.DATE, days))
    assert found.parts("x", "tree") == ["time", "month", "day", "weekday"]
    assert found.values("x", "weekday", "tree")[:3] == [0.0, 4.0, 5.0]
    assert found.values("x", "month", "tree")[:3] == [1.0, 2.0, 3.0]
    assert np.isnan(found.encoder.transform(found.table, "tree").X[3]).all()


def test_minutes_stay_apart_over_years(encode: Any) -> None:
    moments = [at(2024, 5, 1, 12, minute) for minute in range(60)] + [at(2004, 5, 1), at(2024, 5, 2)]
    found = encode(x=(ColumnType.DATE, moments))
    assert len(set(found.values("x", "time", "tree"))) == 62


def test_the_linear_view_has_cycles_of_0_and_1_and_a_flag(encode: Any) -> None:
    moments = [at(2021, 1 + i % 12, 1 + i % 28, i % 24) for i in range(200)] + [None]
    found = encode(x=(ColumnType.DATE, moments))
    parts = found.parts("x", "linear")
    assert {"time, normal score", "time, scaled", "missing", "month 12", "weekday 0", "hour 23"} <= set(parts)
    assert found.values("x", "month 3", "linear")[:3] == [0.0, 0.0, 1.0]
    assert found.values("x", "hour 23", "linear")[23] == 1.0
    X = found.encoder.transform(found.table, "linear").X
    assert np.isfinite(X).all()
    hot = [i for i, part in enumerate(parts) if part.split()[0] in ("month", "weekday", "hour")]
    assert (X[:200, hot].sum(axis=1) == 3.0).all()
    assert X[200, hot].sum() == 0.0


def test_another_zone_or_precision_is_the_same_moment(encode: Any) -> None:
    found = encode(x=(ColumnType.DATE, [at(2021, 1, 4, 1), at(2021, 2, 5, 2), at(2021, 3, 6, 3)]))
    zone = dt.timezone(dt.timedelta(hours=5))
    local = [moment.astimezone(zone) for moment in (at(2021, 1, 4, 1), at(2021, 2, 5, 2))]
    table = pa.table({"x": pa.array(local, pa.timestamp("ms", "+05:00"))})
    np.testing.assert_array_equal(
        found.encoder.transform(table, "tree").X, found.encoder.transform(found.table.slice(0, 2), "tree").X
    )


def test_dates_long_before_1970_and_long_after(encode: Any) -> None:
    found = encode(x=(ColumnType.DATE, [at(1, 1, 1), at(1850, 6, 1), at(9999, 12, 31)]))
    assert np.isfinite(found.encoder.transform(found.table, "tree").X).all()
    assert np.isfinite(found.encoder.transform(found.table, "linear").X).all()
