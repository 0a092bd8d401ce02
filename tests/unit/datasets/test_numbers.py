"""Number styles: what fits, what is converted, what is a code."""

import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from automl.datasets.numbers import PLAIN, STYLES, NumberStyle, begins_like_code, find_unit, matches, plain, surviving


def fits(style: NumberStyle, *texts: str) -> list[bool]:
    return matches(style, pa.array(texts)).to_pylist()


def test_plain() -> None:
    assert fits(PLAIN, "1", "-2.5", "+3", ".5", "5.", "1e-3", "0", "0.5", "-0") == [True] * 9
    assert fits(PLAIN, "", "x", "1,5", "1_0", "0x1F", "007", "1 2", "--1", "e5", "1e", "nan", "٣") == [False] * 12


@pytest.mark.parametrize(
    ("style", "text", "value"),
    [
        (NumberStyle(","), "1,5", 1.5),
        (NumberStyle(",", "."), "1.234.567,5", 1234567.5),
        (NumberStyle(".", ","), "-1,234.5", -1234.5),
        (NumberStyle(".", "'"), "1'234", 1234.0),
        (NumberStyle(",", "\u00a0"), "12\u00a0345,6", 12345.6),
        (NumberStyle(unit="%"), "7.5 %", 7.5),
        (NumberStyle(",", ".", "€"), "€ 1.000,50", 1000.5),
    ],
)
def test_styles(style: NumberStyle, text: str, value: float) -> None:
    assert fits(style, text) == [True]
    assert plain(style, pa.array([text])).cast(pa.float64()).to_pylist() == [value]


@pytest.mark.parametrize("text", ["1,23,456", "12,34", ",123", "1234,567.5", "1,234,56"])
def test_wrong_groups_are_no_numbers(text: str) -> None:
    assert fits(NumberStyle(".", ","), text) == [False]


CODES = ("007", "0x1", "nan", "-01")


def test_survivors_explain_every_text() -> None:
    assert surviving(STYLES, pa.array(["1.234,5", "0,5"])) == [NumberStyle(",", ".")]
    assert surviving(STYLES, pa.array(["1,5"] * 100 + ["x"])) == []


@pytest.mark.parametrize(
    ("texts", "unit"),
    [
        (["5 %", "7%"], "%"),
        (["$5", "$7.5"], "$"),
        (["5 kg", "7kg"], "kg"),
        (["5 kg", "7 g"], None),
        (["5", "7"], None),
        (["5%", "7"], None),
        (["A5", "A6"], None),
    ],
)
def test_units(texts: list[str], unit: str | None) -> None:
    assert find_unit(pa.array(texts)) == unit


@given(
    st.lists(st.one_of(st.none(), st.integers(-999, 999).map(str), st.sampled_from(["007", "0x1", "nan", "-01", ""])))
)
@settings(max_examples=100, deadline=None)
def test_codes_are_never_missed(texts: list[str | None]) -> None:
    """What Arrow would quietly take for a number is always seen, also in a slice."""
    assert begins_like_code(pa.array(texts, pa.string())) >= bool(set(CODES) & set(texts))
    padded = pa.array(["009", *texts, "008"], pa.string())[1:-1]
    assert begins_like_code(padded) == begins_like_code(pa.array(texts, pa.string()))
