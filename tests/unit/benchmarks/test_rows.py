"""Results survive a cut line, rows are not measured twice, spot checks are drawn from rivals."""

import json
from pathlib import Path

import pytest

from benchmarks.quality import plan, rows

_CELL = plan.Cell(plan.Framework("flaml", "flaml"), plan.tables()["wine"], plan.constraint("60s"), 0)


def test_rows_come_back_and_are_not_missing(tmp_path: Path) -> None:
    path = tmp_path / "new" / "quality.jsonl"
    rows.append(path, {"key": _CELL.key, "loss": 0.5})
    (found,) = rows.read(path)
    assert found["loss"] == 0.5
    assert found["commit"]
    assert rows.missing([_CELL], [found]) == []
    assert rows.missing([_CELL], []) == [_CELL]


def test_a_cut_line_costs_one_row_only(tmp_path: Path) -> None:
    path = tmp_path / "quality.jsonl"
    path.write_text(json.dumps({"key": "a", "loss": 1}) + '\n{"key": "b", "lo')
    rows.append(path, {"key": "c", "loss": 3})
    assert [row["key"] for row in rows.read(path)] == ["a", "c"]


def test_the_last_of_a_key_counts(tmp_path: Path) -> None:
    path = tmp_path / "quality.jsonl"
    for loss in (1, 2):
        rows.append(path, {"key": "a", "loss": loss})
    assert [row["loss"] for row in rows.read(path)] == [2]
    newer = tmp_path / "newer.jsonl"
    rows.append(newer, {"key": "a", "loss": 3})
    assert [row["loss"] for row in rows.read(path, newer, tmp_path / "none.jsonl")] == [3]
    assert [row["loss"] for row in rows.read(newer, path)] == [2]


def test_spot_checks_are_rivals_and_at_least_one() -> None:
    done = [{"framework": name, "spot_check": False, "key": name} for name in ("ours", *"abcdefghij")]
    assert len(rows.drawn(done, 0.3)) == 3
    assert len(rows.drawn(done, 0.001)) == 1
    assert all(row["framework"] != "ours" for row in rows.drawn(done, 1.0))
    assert rows.drawn(done, 0.3) == rows.drawn(done, 0.3)
    assert rows.drawn([done[0]], 0.5) == []


def test_a_spot_check_has_a_key_of_its_own() -> None:
    again = plan.Cell(_CELL.framework, _CELL.table, _CELL.constraint, 0, spot_check=True)
    assert again.key == f"{_CELL.key}/again"
    assert rows.missing([again], [{"key": _CELL.key}]) == [again]


def test_remaining_time_learns_from_rows() -> None:
    done = [{"framework": "flaml", "constraint": "60s", "row_s": 80.0}]
    assert rows.remaining_s([_CELL, _CELL], done) == pytest.approx(160)
    assert rows.remaining_s([_CELL], []) > 60
