"""Dates, against the standard library."""

from datetime import UTC, datetime, timedelta, timezone

import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from automl.datasets.dates import BY_NAME, FORMATS, ISO, parse, quick_iso

WRITTEN = {
    "YYYY-MM-DD": "%Y-%m-%d",
    "YYYY/MM/DD": "%Y/%m/%d",
    "DD.MM.YYYY": "%d.%m.%Y",
    "DD/MM/YYYY": "%d/%m/%Y",
    "MM/DD/YYYY": "%m/%d/%Y",
    "DD-MM-YYYY": "%d-%m-%Y",
    "DD Mon YYYY": "%d %b %Y",
    "Mon DD, YYYY": "%B %d, %Y",
}


def _naive(first: int, last: int) -> st.SearchStrategy[datetime]:
    return st.datetimes(datetime(first, 1, 1), datetime(last, 1, 1))  # noqa: DTZ001  # zones are added by the tests


@given(_naive(1000, 9999), st.sampled_from(sorted(WRITTEN)))
@settings(max_examples=60, deadline=None)
def test_round_trip(moment: datetime, name: str) -> None:
    texts = [moment.strftime(WRITTEN[name]), moment.strftime(WRITTEN[name] + " %H:%M:%S.%f")]
    texts.append(moment.strftime(WRITTEN[name] + " %I:%M:%S %p"))
    found = parse(pa.array(texts), BY_NAME[name])
    day = moment.replace(hour=0, minute=0, second=0, microsecond=0, tzinfo=UTC)
    assert found.values.to_pylist() == [day, moment.replace(tzinfo=UTC), moment.replace(microsecond=0, tzinfo=UTC)]


@given(_naive(1900, 2100), st.integers(-14 * 60, 14 * 60))
@settings(max_examples=40, deadline=None)
def test_offsets(moment: datetime, minutes: int) -> None:
    zoned = moment.replace(tzinfo=timezone(timedelta(minutes=minutes)))
    found = parse(pa.array([zoned.isoformat()]), ISO)
    assert found.values[0].as_py() == zoned
    assert found.zoned.all()


@pytest.mark.parametrize(
    "text",
    ["2023-02-29", "2024-13-01", "2024-00-10", "2024-01-32", "0000-01-01", "2024-01-01 24:00", "2024-01-01 10:60"],
)
def test_what_does_not_exist_is_no_moment(text: str) -> None:
    found = parse(pa.array([text, "2024-02-29"]), ISO)
    assert found.fits.all()
    assert found.valid.tolist() == [False, True]


@pytest.mark.parametrize("text", ["", "x", "2024-01", "20240101", "24-01-01", "2024-01-01x", "1/2/24"])
def test_what_is_no_date(text: str) -> None:
    assert not any(parse(pa.array([text]), form).fits.any() for form in FORMATS)


def test_the_quick_way_says_the_same() -> None:
    texts = pa.array(["2024-01-02", "2024-01-02 03:04:05.678", None])
    quick = quick_iso(texts)
    assert quick is not None
    assert quick[0].to_pylist() == parse(texts, ISO).values.to_pylist()
    assert quick_iso(pa.array(["2024-1-2"])) is None
    assert quick_iso(pa.array(["2023-02-29"])) is None
