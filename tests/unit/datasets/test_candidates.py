"""Each block can only rule ways of writing out; what is left explains every cell."""

import numpy as np
import pyarrow as pa
import pytest

from automl.datasets.candidates import DateCandidates, NumberCandidates, Tally
from automl.datasets.dates import ISO


def cells(*values: str) -> pa.Array:
    return pa.array(values, pa.string())


def styles(candidates: NumberCandidates) -> set[tuple[str, str | None]]:
    return {(style.decimal, style.thousands) for style in candidates.readings()}


def test_a_tally_counts_all_and_shows_three_different_ones() -> None:
    tally = Tally()
    tally.add(cells("a", "b"), np.array([5, 1]))
    tally.add(cells("a", "x" * 100, "c", "d"))
    assert tally.count == 10
    assert tally.examples == ["a", "b", "x" * 63 + "…"]


@pytest.mark.parametrize(
    ("texts", "found"),
    [
        (["1,5", "2,25"], {(",", None)}),
        (["1,234.5"], {(".", ",")}),
        (["1.234,5"], {(",", ".")}),
        (["1,234"], {(",", None), (".", ",")}),  # 1.234 or 1234: both are open
        (["1,234", "5,1"], {(",", None)}),
        (["1,234", "5,100.25"], {(".", ",")}),
        (["1 234,5"], {(",", " ")}),
        (["1'234.5", "999"], {(".", "'")}),
        (["1,5", "x"], set()),
        (["1,5", "2.5.5"], set()),
        (["0123,5"], set()),
    ],
)
def test_what_the_texts_leave_open(texts: list[str], found: set[tuple[str, str | None]]) -> None:
    candidates = NumberCandidates()
    for text in texts:
        candidates.see_texts(cells(text), has_plain=False)
    assert styles(candidates) == found
    together = NumberCandidates()
    together.see_texts(cells(*texts), has_plain=False)
    assert styles(together) == found


def test_plain_numbers_rule_out_what_would_have_written_them_otherwise() -> None:
    candidates = NumberCandidates()
    candidates.see_texts(cells("1,234"), has_plain=False)
    candidates.see_plain(cells("12345"), 12345, whole=True)  # not grouped: the comma is no thousands mark
    assert styles(candidates) == {(",", None)}
    candidates = NumberCandidates()
    candidates.see_plain(cells("0.5"), 0.5, whole=False)  # a point is the decimal mark here
    candidates.see_texts(cells("1,234"), has_plain=True)
    assert styles(candidates) == {(".", ",")}
    candidates.rule_out()
    candidates.see_texts(cells("1,234"), has_plain=True)
    candidates.see_plain(cells("1"), 1, whole=True)
    assert candidates.readings() == []


def test_one_unit_for_all_or_none() -> None:
    candidates = NumberCandidates()
    candidates.see_texts(cells("5 €", "7,5 €"), has_plain=False)
    (style,) = candidates.readings()
    assert (style.unit, style.decimal) == ("€", ",")
    candidates.see_texts(cells("5 $"), has_plain=False)
    assert candidates.readings() == []
    mixed = NumberCandidates()
    mixed.see_texts(cells("5 €", "5 $"), has_plain=False)
    assert mixed.readings() == []
    bare = NumberCandidates()
    bare.see_texts(cells("5 €"), has_plain=True)  # numbers without it came before
    assert bare.readings() == []


def names(candidates: DateCandidates) -> set[str]:
    return {form.name for form in candidates.formats or {}}


def see(candidates: DateCandidates, *texts: str, counts: list[int] | None = None) -> None:
    candidates.see_texts(cells(*texts), np.array(counts or [1] * len(texts)))


def test_dates_whose_order_is_open_until_a_day_beyond_twelve() -> None:
    candidates = DateCandidates()
    see(candidates, "01/02/2024", "03/04/2024")
    assert names(candidates) == {"DD/MM/YYYY", "MM/DD/YYYY"}
    see(candidates, "25/12/2024")
    found = {form.name: (tally.valid, tally.invalid.count) for form, tally in (candidates.formats or {}).items()}
    assert found == {"DD/MM/YYYY": (3, 0), "MM/DD/YYYY": (2, 1)}


def test_days_that_no_calendar_has_are_counted_apart() -> None:
    candidates = DateCandidates()
    see(candidates, "2023-02-29", "2024-02-29", counts=[4, 2])
    (tally,) = (candidates.formats or {}).values()
    assert (tally.valid, tally.invalid.count, tally.invalid.examples) == (2, 4, ["2023-02-29"])


def test_what_is_no_date_rules_all_out_for_good() -> None:
    candidates = DateCandidates()
    see(candidates, "2024-01-01")
    see(candidates, "soon")
    assert candidates.formats == {}
    see(candidates, "2024-01-01")
    assert candidates.formats == {}
    assert candidates.see_iso(cells("2024-01-01")) is None


def test_iso_moments_are_read_at_once_and_offsets_counted() -> None:
    candidates = DateCandidates()
    assert candidates.see_iso(cells("2024-01-01", "2024-01-02")) is not None
    assert candidates.see_iso(cells("2024-01-01T00:00:00Z")) is not None
    assert candidates.formats is not None
    assert list(candidates.formats) == [ISO]
    assert (candidates.formats[ISO].valid, candidates.formats[ISO].zoned) == (3, 1)
    assert candidates.see_iso(cells("2024-01-01", "no")) is None
    ruled_out = DateCandidates()
    ruled_out.rule_out()
    assert ruled_out.see_iso(cells("2024-01-01")) is None
