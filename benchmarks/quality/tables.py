"""Train and test files of a table, made once a seed; test labels lie apart and are given to no framework.

<work>/tables/<name>/seed-<n>/train.csv, test.csv (without the target), made.json
<work>/labels/<name>/seed-<n>.csv
All are UTF-8 CSV with commas and empty cells for missing values; header names without spaces around them.
"""

from __future__ import annotations

import hashlib
import json
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import sklearn.datasets
from sklearn.model_selection import train_test_split

from benchmarks.quality.changes import changed
from benchmarks.quality.environments import SOURCES, is_ready, make, python
from benchmarks.quality.plan import TableSpec
from benchmarks.quality.synthetic import blocks

# Counts the changes of this recipe: files of an older one are made anew.
_RECIPE = 1


@dataclass(frozen=True)
class Split:
    """Files of one table and seed. labels: of the harness alone."""

    train: Path
    test: Path
    labels: Path
    made: dict[str, Any]


def split(spec: TableSpec, seed: int, work: Path, public: Path) -> Split:
    """The files, made if they are not there. FileNotFoundError: the public table or its package is missing."""
    folder = work / "tables" / spec.name / f"seed-{seed}"
    labels = work / "labels" / spec.name / f"seed-{seed}.csv"
    wanted = json.loads(json.dumps({"recipe": _RECIPE, "seed": seed, "table": asdict(spec)}))
    found = _found(folder)
    if found is None or not labels.exists() or {key: found[key] for key in wanted} != wanted:
        shutil.rmtree(folder, ignore_errors=True)
        folder.parent.mkdir(parents=True, exist_ok=True)
        labels.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=folder.parent) as scratch:
            parts = Path(scratch) / "parts"
            parts.mkdir()
            counts = _write(_parts(spec, seed, work, public), spec.target, parts)
            found = wanted | counts | {"train_sha256": _sha256(parts / "train.csv")}
            (parts / "labels.csv").replace(labels)
            (parts / "made.json").write_text(json.dumps(found, indent=1))
            parts.replace(folder)
    return Split(folder / "train.csv", folder / "test.csv", labels, found)


def _parts(spec: TableSpec, seed: int, work: Path, public: Path) -> Iterator[tuple[pd.DataFrame, pd.DataFrame]]:
    """Training and test rows, block by block where a table is made that way."""
    if spec.source == "synthetic":
        share = min(spec.test_share, spec.max_test_rows / spec.rows)
        rng = np.random.default_rng([seed, 3])
        for block in blocks(spec):
            is_test = rng.random(len(block)) < share
            yield block[~is_test], block[is_test]
        return
    frame = _whole(spec, work, public)
    frame = frame[frame[spec.target] != ""].reset_index(drop=True)
    if spec.change:
        frame = changed(frame, spec.target, spec.change, seed)
    test = int(min(round(spec.test_share * len(frame)), spec.max_test_rows))
    train, held = train_test_split(
        frame,
        train_size=spec.train_rows or len(frame) - test,
        test_size=None if spec.train_rows else test,
        stratify=None if spec.task == "regression" else frame[spec.target],
        random_state=seed,
    )
    yield train, held


def _whole(spec: TableSpec, work: Path, public: Path) -> pd.DataFrame:
    if spec.source == "sklearn":
        return _sklearn(spec)
    if spec.source == "public":
        return _read(spec, public / spec.file)
    with tempfile.TemporaryDirectory() as scratch:
        path = Path(scratch) / "table.csv"
        _export(spec, work, path)
        return _read(spec, path)


def _export(spec: TableSpec, work: Path, path: Path) -> None:
    if not is_ready(spec.source, work) and not make(spec.source, work):
        raise FileNotFoundError(f"{spec.name}: its source {spec.source} could not be installed")
    subprocess.run([python(spec.source, work), SOURCES / spec.source / "export.py", spec.file, path], check=True)


def _read(spec: TableSpec, path: Path) -> pd.DataFrame:
    if spec.sheet:
        frame = pd.read_excel(path, sheet_name=spec.sheet).astype(str)
    else:
        frame = pd.read_csv(path, sep=spec.separator, encoding=spec.encoding, dtype=str, keep_default_na=False)
    frame.columns = frame.columns.str.strip()
    # As text, so that no number is written otherwise than in the file.
    return frame.drop(columns=list(spec.drop)).replace(list(spec.missing), "")


def _sklearn(spec: TableSpec) -> pd.DataFrame:
    frame: pd.DataFrame = getattr(sklearn.datasets, f"load_{spec.name}")(as_frame=True).frame
    return frame.astype(str)


def _write(parts: Iterator[tuple[pd.DataFrame, pd.DataFrame]], target: str, folder: Path) -> dict[str, int]:
    counts = {"train_rows": 0, "test_rows": 0, "columns": 0}
    first = True
    for train, test in parts:
        files = {"train": train, "test": test.drop(columns=target), "labels": test[[target]]}
        for name, frame in files.items():
            frame.to_csv(folder / f"{name}.csv", index=False, mode="w" if first else "a", header=first)
        counts["train_rows"] += len(train)
        counts["test_rows"] += len(test)
        counts["columns"] = train.shape[1] - 1
        first = False
    return counts


def _found(folder: Path) -> dict[str, Any] | None:
    try:
        found: dict[str, Any] = json.loads((folder / "made.json").read_text())
    except (OSError, ValueError):
        return None
    return found


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
