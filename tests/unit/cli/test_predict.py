"""`automl predict`: a model as a folder, an id or a name; a CSV out, or what was there before."""

import csv
import os
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from automl.registry.package import unpack_folder
from tests.unit.cli.conftest import MODEL_ID
from tests.unit.serving.conftest import train as train

ROWS = "rooms,city,size,note\n3,Rom,90,a\n3,Köln,10,b\n1,Atlantis,,c\n"


@pytest.fixture
def package(train: Callable[..., Any]) -> bytes:
    data: bytes = train().package
    return data


@pytest.fixture
def folder(package: bytes, tmp_path: Path) -> str:
    """A model as `automl fit --out` writes it."""
    unpack_folder(package, tmp_path / "model")
    return str(tmp_path / "model")


@pytest.fixture
def rows(tmp_path: Path) -> str:
    path = tmp_path / "rows.csv"
    path.write_text(ROWS)
    return str(path)


def read(text: str) -> list[dict[str, str]]:
    return list(csv.DictReader(text.splitlines()))


def test_a_folder_needs_no_service(run: Any, folder: str, rows: str, tmp_path: Path) -> None:
    out = tmp_path / "out.csv"
    done = run("predict", folder, rows, "-o", str(out))
    assert (done.code, done.out) == (0, "")
    assert [row["prediction"] for row in read(out.read_text())][:2] == ["yes", "no"]
    assert len(read(out.read_text())) == 3


def test_without_out_it_is_printed(run: Any, folder: str, rows: str) -> None:
    done = run("predict", folder, rows, "--quiet")
    assert (done.code, done.err) == (0, "")
    assert list(read(done.out)[0]) == ["prediction"]


def test_probabilities_have_a_column_for_each_class(run: Any, folder: str, rows: str) -> None:
    first = read(run("predict", folder, rows, "--proba").out)[0]
    assert list(first) == ["prediction", "proba_no", "proba_yes"]
    assert float(first["proba_no"]) + float(first["proba_yes"]) == pytest.approx(1.0)


def test_what_was_handled_is_noted(run: Any, folder: str, rows: str) -> None:
    done = run("predict", folder, rows)
    assert "note " in done.err
    assert done.out.startswith("prediction")


@pytest.mark.parametrize("name", [MODEL_ID, "flats@champion", "flats"])
def test_a_model_of_the_service_by_every_name(
    run: Any, service: Any, package: bytes, folder: str, rows: str, name: str
) -> None:
    service.on("GET", f"/v1/models/{name}/download", package)
    done = run("predict", name, rows)
    assert done.code == 0
    assert done.out == run("predict", folder, rows).out


def test_a_model_that_the_service_does_not_know(run: Any, service: Any, rows: str) -> None:
    service.problem("GET", "/v1/models/nobody/download", 404, "not_found")
    done = run("predict", "nobody", rows)
    assert (done.code, done.out) == (3, "")


@pytest.mark.parametrize("model", ["./nothing", "/nothing/at/all", "nothing/", "a/b"])
def test_a_path_is_not_asked_of_a_service(run: Any, rows: str, model: str) -> None:
    done = run("predict", model, rows)
    assert (done.code, done.out) == (3, "")
    assert "(model_not_found)" in done.err


def test_a_folder_that_holds_no_model(run: Any, rows: str, tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    done = run("predict", str(tmp_path / "empty"), rows)
    assert done.code in (1, 3)
    assert "Traceback" not in done.err


def test_rows_that_do_not_exist(run: Any, folder: str, tmp_path: Path) -> None:
    for missing in ("/nope.csv", str(tmp_path)):
        done = run("predict", folder, missing)
        assert (done.code, done.out) == (3, "")
        assert "(file_not_found)" in done.err


def test_a_missing_column_leaves_the_old_answers_alone(run: Any, folder: str, tmp_path: Path) -> None:
    rows, out = tmp_path / "short.csv", tmp_path / "out.csv"
    rows.write_text("rooms,size\n3,90\n")
    out.write_text("what there was")
    done = run("predict", folder, str(rows), "-o", str(out))
    assert done.code == 2
    assert "(missing_columns)" in done.err
    assert "city" in done.err
    assert out.read_text() == "what there was"
    assert sorted(path.name for path in tmp_path.iterdir()) == ["model", "out.csv", "short.csv"]


def test_an_out_that_cannot_be(run: Any, folder: str, rows: str, tmp_path: Path) -> None:
    done = run("predict", folder, rows, "-o", "/nope/out.csv")
    assert (done.code, "(folder_not_found)" in done.err) == (3, True)
    done = run("predict", folder, rows, "-o", str(tmp_path))
    assert (done.code, "(out_not_a_file)" in done.err) == (2, True)


def test_an_out_that_is_a_pipe(run: Any, folder: str, rows: str, tmp_path: Path) -> None:
    pipe, read_by = tmp_path / "pipe", []
    os.mkfifo(pipe)
    reader = threading.Thread(target=lambda: read_by.append(pipe.read_text()))
    reader.start()
    assert run("predict", folder, rows, "-o", str(pipe)).code == 0
    reader.join(10)
    assert read_by[0].startswith("prediction")
    assert pipe.is_fifo()


def test_an_out_keeps_the_rights_that_it_had(run: Any, folder: str, rows: str, tmp_path: Path) -> None:
    new, old = tmp_path / "new.csv", tmp_path / "old.csv"
    old.touch(0o600)
    before = os.umask(0o022)
    try:
        for out in (new, old):
            assert run("predict", folder, rows, "-o", str(out)).code == 0
    finally:
        os.umask(before)
    assert [out.stat().st_mode & 0o777 for out in (new, old)] == [0o644, 0o600]
