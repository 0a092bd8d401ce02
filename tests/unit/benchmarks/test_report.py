"""The report on rows made by hand: what it says, and that it needs nothing beside it."""

import re
import xml.etree.ElementTree as ET
from typing import Any

import pytest

from benchmarks.quality.pages import as_html, as_markdown
from benchmarks.quality.report import sections
from benchmarks.quality.rows import read as read_rows

_FACTS = {"fit_s": 62.0, "over_s": 2.0, "call_over_s": 1.0, "fit_peak_mb": 900.0, "model_mb": 3.0}
_FACTS |= {"predict_us_1": 900.0, "predict_us_1000": 9.0, "calibration": {"boosting_s": 0.5}, "commit": "abc"}


def row(framework: str, table: str, loss: float, **more: Any) -> dict[str, Any]:
    base = {"framework": framework, "table": table, "seed": 0, "loss": loss, "constant_loss": 0.5, "metric": "roc_auc"}
    base |= {"constraint": "60s", "budget_s": 60.0, "spot_check": False, "failed": False, "reason": None}
    return base | {"said": {"job_s": 59.0}} | _FACTS | more


def rows() -> list[dict[str, Any]]:
    made = []
    for number in range(8):
        made += [row("ours", f"t{number}", 0.1), row("a<b", f"t{number}", 0.2, call_over_s=30.0)]
    made[3] |= {"failed": True, "reason": "fit: killed\nafter | 300 s", "loss": 0.5}
    del made[3]["said"]
    return made


def test_markdown_says_who_is_better_and_what_failed() -> None:
    text = as_markdown(sections(rows(), None))
    assert re.search(r"\| a<b \|.*8 / 0 / 0.*better \|", text)
    assert "a<b | t1, seed 0: fit: killed after \\| 300 s" in text
    assert "kept their budget in 100%" in text
    assert "| t0 | roc_auc | 0.9 | 0.8 |" in text


def test_a_score_that_does_not_hold_stands_first() -> None:
    trusted = row("ours", "t8", 0.1, score=0.9, said={"job_s": 59.0, "score": 0.9})
    broken = row("ours", "t9", 0.1, score=0.9, said={"job_s": 59.0, "score": 0.95})
    (section,) = sections([trusted, broken], None)
    assert [each.table for each in section.told] == ["t9", "t8"]
    assert "| t9 | roc_auc | 0.95 | 0.9 | 2.00 |" in as_markdown([section])


def test_late_counts_calls_beyond_the_promise() -> None:
    (section,) = sections(rows(), None)
    assert {one.name: one.late for one in section.standings} == {"ours": 0.0, "a<b": 1.0}


def test_html_is_whole_and_needs_nothing_beside_it() -> None:
    text = as_html(sections(rows(), None))
    assert "a<b" not in text
    assert not re.search(r"(src|href)=|url\(|@import", text)
    figures = re.findall(r"<svg.*?</svg>", text, flags=re.DOTALL)
    assert len(figures) == 6
    for figure in figures:
        assert ET.fromstring(figure).tag == "svg"


def test_splits_that_some_framework_lacks_are_counted() -> None:
    (section,) = sections([*rows(), row("ours", "t9", 0.1)], None)
    assert section.left_out == 1
    assert "t9" not in section.losses.tables


def test_constraints_have_sections_of_their_own() -> None:
    long = [each | {"constraint": "300s", "budget_s": 300.0} for each in rows()]
    assert [each.constraint for each in sections([*long, *rows()], None)] == ["60s", "300s"]


def test_nothing_in_common_makes_no_section(capsys: pytest.CaptureFixture[str]) -> None:
    assert sections([row("ours", "t", 0.1), row("a", "u", 0.1)], None) == []
    assert "no table has rows of all frameworks" in capsys.readouterr().err


def test_no_file_has_no_rows(tmp_path: Any) -> None:
    assert read_rows(tmp_path / "none.jsonl") == []
