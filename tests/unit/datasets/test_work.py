"""What the child does, run in this process: frames in order, progress, bounds, the dialect as it is stored."""

import gzip
import io
import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from automl.core.errors import DatasetRejectedError, TooLargeError
from automl.core.spec import ReadOptions
from automl.datasets import pipe, work
from automl.datasets.limits import ReadLimits
from automl.datasets.request import ReadRequest
from automl.datasets.work import read

TABLE = b"a,b\n" + b"".join(b"%d,x%d\n" % (row, row % 7) for row in range(4000))
LIMITS = ReadLimits()


def frames(data: bytes, folder: Path, limits: ReadLimits = LIMITS, **options: Any) -> tuple[list[Any], dict[str, Any]]:
    answers = io.BytesIO()
    request = ReadRequest("t.csv", ReadOptions(**options), limits)
    outcome = read(iter([data]), request, folder, answers)
    answers.seek(0)
    found = []
    while (frame := pipe.read_frame(answers)) is not None:
        found.append(frame)
    return found, outcome


def test_the_schema_comes_before_the_batches(tmp_path: Path) -> None:
    found, outcome = frames(TABLE, tmp_path)
    kinds = [kind for kind, _ in found if kind != pipe.PROGRESS]
    assert kinds == [pipe.SCHEMA] + [pipe.BATCH] * (len(kinds) - 1)
    assert len(kinds) > 1
    assert outcome["rows"] == 4000
    assert [column["name"] for column in outcome["schema"]["columns"]] == ["a", "b"]
    json.dumps(outcome, allow_nan=False)


def test_nothing_is_sent_of_a_file_that_is_refused_at_its_end(tmp_path: Path) -> None:
    answers = io.BytesIO()
    request = ReadRequest(None, ReadOptions(), LIMITS)
    with pytest.raises(DatasetRejectedError):
        read(iter([TABLE + b"1,2,3\n"]), request, tmp_path, answers)
    answers.seek(0)
    while (frame := pipe.read_frame(answers)) is not None:
        assert frame[0] == pipe.PROGRESS


def test_how_it_was_packed_is_part_of_the_dialect(tmp_path: Path) -> None:
    assert frames(gzip.compress(TABLE), tmp_path)[1]["dialect"]["packed"] == "gzip"
    assert "packed" not in frames(TABLE, tmp_path)[1]["dialect"]


def test_more_output_than_allowed_is_refused(tmp_path: Path) -> None:
    with pytest.raises(TooLargeError) as refused:
        frames(TABLE, tmp_path, replace(LIMITS, output_bytes=100))
    assert refused.value.code == "output_too_large"


def test_progress_is_told_in_steps_and_never_backwards(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    answers = io.BytesIO()
    monkeypatch.setattr(work, "_PROGRESS_STEP", 100)
    progress = work._Progress(answers)
    for done in (0, 50, 100, 120, 199, 200, 950):
        progress(done, 1000)
    answers.seek(0)
    told = []
    while (frame := pipe.read_frame(answers)) is not None:
        assert frame[0] == pipe.PROGRESS
        told.append(json.loads(frame[1]))
    assert told == [[100, 1000], [200, 1000], [950, 1000]]


def test_row_104_a_name_that_does_not_fit_is_said(tmp_path: Path) -> None:
    answers = io.BytesIO()
    outcome = read(iter([TABLE]), ReadRequest("t.xlsx", ReadOptions(), LIMITS), tmp_path, answers)
    assert outcome["dialect"]["kind"] == "csv"
    assert any("t.xlsx" in str(each) or "xlsx" in str(each) for each in outcome["findings"])
