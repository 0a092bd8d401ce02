"""Each way to end has its exit code; an error names the place and the way out."""

import json
from typing import Any

import httpx2
import pytest

from automl.cli import main, output
from automl.core.errors import (
    AuthenticationError,
    AutomlError,
    ConflictError,
    CorruptDataError,
    DatasetRejectedError,
    ErrorItem,
    FencedError,
    IdempotencyError,
    InvalidInputError,
    JobFailedError,
    NotFoundError,
    OverloadedError,
    PermissionDeniedError,
    TooLargeError,
    UnavailableError,
    UnreachableError,
    UnsupportedFormatError,
)

JOB = "job_" + "a" * 20


@pytest.mark.parametrize(
    ("kind", "code"),
    [
        (AutomlError, 1),
        (ConflictError, 1),
        (FencedError, 1),
        (CorruptDataError, 1),
        (UnavailableError, 1),
        (OverloadedError, 1),
        (DatasetRejectedError, 1),
        (InvalidInputError, 2),
        (UnsupportedFormatError, 2),
        (TooLargeError, 2),
        (IdempotencyError, 2),
        (NotFoundError, 3),
        (AuthenticationError, 4),
        (PermissionDeniedError, 4),
        (UnreachableError, 5),
        (JobFailedError, 6),
    ],
)
def test_each_error_has_its_code(
    kind: type[AutomlError], code: int, run: Any, monkeypatch: pytest.MonkeyPatch, tmp_path: Any
) -> None:
    def refuse(*ignored: Any) -> None:
        raise kind("It did not work.", hint="Try another way.")

    monkeypatch.setattr("automl.cli.config.load", refuse)
    # `config show` words invalid settings itself.
    monkeypatch.setattr("automl.cli.doctor.load", refuse)
    done = run("doctor")
    assert (done.code, done.out) == (code, "")
    assert "error It did not work." in done.err
    assert "hint  Try another way." in done.err


@pytest.mark.parametrize(
    ("status", "problem", "code"),
    [
        (401, "unauthenticated", 4),
        (403, "forbidden", 4),
        (404, "not_found", 3),
        (409, "job_ended", 1),
        (413, "too_large", 2),
        (422, "invalid", 2),
        (500, "internal", 1),
        (503, "overloaded", 1),
    ],
)
def test_what_the_service_answers(run: Any, service: Any, status: int, problem: str, code: int) -> None:
    service.problem("POST", f"/v1/jobs/{JOB}:stop", status, problem)
    done = run("jobs", "stop", JOB)
    assert (done.code, done.out) == (code, "")
    assert f"error Because of {problem}. ({problem})" in done.err
    assert "hint  Do something else." in done.err


def test_nothing_that_answers(run: Any, service: Any) -> None:
    service.on("GET", "/v1/jobs", httpx2.ConnectError("refused"))
    done = run("jobs", "list")
    assert (done.code, done.out) == (5, "")
    assert "http://service does not answer" in done.err
    assert "automl serve" in done.err
    assert len(service.asked) == 3


@pytest.mark.parametrize(
    ("words", "place", "way_out"),
    [
        (["fit", "--bogus"], "--bogus", "automl fit --help"),
        (["fit"], "FILE", "automl fit --help"),
        (["fit", "t.csv", "--seed", "x"], "--seed", "automl fit --help"),
        (["jobs", "list", "--limit", "0"], "--limit", "automl jobs list --help"),
        (["jobs", "list", "--limit", "201"], "--limit", "automl jobs list --help"),
        (["jobs", "nothing"], "nothing", "automl jobs --help"),
        (["models", "alias", "m"], "NAME", "automl models alias --help"),
        (["data", "download", "d"], "--out", "automl data download --help"),
        (["nothing"], "nothing", "automl --help"),
        (["predict", "m"], "FILE", "automl predict --help"),
    ],
)
def test_wrong_words_name_the_place_and_the_way_out(run: Any, words: list[str], place: str, way_out: str) -> None:
    done = run(*words)
    assert (done.code, done.out) == (2, "")
    assert place in done.err
    assert f"Try '{way_out}' for help." in done.err


def test_ctrl_c_is_130(run: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupt(*ignored: Any) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("automl.cli.doctor.load", interrupt)
    done = run("doctor", "--json")
    assert (done.code, done.out) == (130, "")
    assert "Traceback" not in done.err


def test_errors_as_json_stand_on_standard_error(run: Any, service: Any) -> None:
    places = [{"message": "is missing", "column": "a"}]
    service.problem("GET", "/v1/jobs", 422, "missing_columns", errors=places)
    done = run("jobs", "list", "--json")
    assert (done.code, done.out) == (2, "")
    assert done.err.count("\n") == 1
    assert json.loads(done.err) == {
        "code": "missing_columns",
        "detail": "Because of missing_columns.",
        "hint": "Do something else.",
        "errors": places,
    }


def test_places_are_told_and_the_rest_counted(capsys: pytest.CaptureFixture[str]) -> None:
    items = [ErrorItem("is long", row=number, column="[red]a") for number in range(1, 9)]
    assert output.fail(DatasetRejectedError("Rows are long.", errors=items), as_json=False) == 1
    said = capsys.readouterr().err
    assert "  is long (column [red]a, row 1)" in said
    assert said.count("is long") == 5
    assert "and 3 more" in said


def test_a_file_that_cannot_be_used_is_named(run: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*ignored: Any) -> None:
        raise PermissionError(13, "Permission denied", "/secret/automl.toml")

    monkeypatch.setattr("automl.cli.doctor.load", refuse)
    done = run("doctor")
    assert done.code == 1
    assert "error Permission denied: '/secret/automl.toml'. (file_unusable)" in done.err


def test_a_defect_is_not_taken_for_a_file(run: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*ignored: Any) -> None:
        raise OSError("odd")

    monkeypatch.setattr("automl.cli.doctor.load", refuse)
    with pytest.raises(OSError, match="odd"):
        run("doctor")


def test_help_and_version(run: Any) -> None:
    assert run("--version").out.strip()
    assert run("fit", "--help").code == 0
    assert run().code == 2


def test_every_command_explains_itself(run: Any) -> None:
    from typer.main import get_command

    def walk(command: Any, words: list[str]) -> int:
        inner = getattr(command, "commands", {})
        assert command.help or command.callback.__doc__, words
        done = run(*words, "--help")
        assert (done.code, done.err) == (0, "")
        return 1 + sum(walk(each, [*words, name]) for name, each in inner.items())

    assert walk(get_command(main.app), []) > 25
