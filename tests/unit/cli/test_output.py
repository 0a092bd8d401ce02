"""Data on standard output, narration on standard error; colours only where they are seen; nothing steers a terminal."""

import io
import re
import sys
from typing import Any

import pytest

from automl.cli.output import Output, fail, shown
from automl.core.errors import InvalidInputError
from tests.unit.cli.conftest import DATASET, JOB, JOB_ID, MODEL, TRIAL

COLOUR = re.compile(r"\x1b\[[0-9;]*3[0-9]")


class Terminal(io.StringIO):
    """A stream that somebody sees."""

    def isatty(self) -> bool:
        return True


def seen(monkeypatch: pytest.MonkeyPatch) -> Terminal:
    """From now on standard error is a terminal."""
    made = Terminal()
    monkeypatch.setenv("TERM", "xterm-256color")
    monkeypatch.setattr(sys, "stderr", made)
    return made


def test_a_terminal_sees_colours(monkeypatch: pytest.MonkeyPatch) -> None:
    terminal = seen(monkeypatch)
    Output().note("mind this")
    assert COLOUR.search(terminal.getvalue())


def test_no_color_is_honoured(monkeypatch: pytest.MonkeyPatch) -> None:
    terminal = seen(monkeypatch)
    monkeypatch.setenv("NO_COLOR", "1")
    Output().note("mind this")
    fail(InvalidInputError("bad", hint="mend it"), as_json=False)
    assert "mind this" in terminal.getvalue()
    assert not COLOUR.search(terminal.getvalue())


def test_a_pipe_gets_plain_text(capsys: pytest.CaptureFixture[str]) -> None:
    output = Output()
    output.note("mind this")
    output.table(("a", "b"), [(1, "x" * 100)])
    said = capsys.readouterr()
    assert said.err == "note mind this\n"
    assert "\x1b" not in said.out
    assert "x" * 100 in said.out


def test_a_long_line_is_not_folded(capsys: pytest.CaptureFixture[str]) -> None:
    Output().say("word " * 100)
    assert capsys.readouterr().err.count("\n") == 1


def test_piped_progress_is_silent(run: Any, service: Any) -> None:
    service.on("GET", f"/v1/jobs/{JOB_ID}", JOB | {"state": "running"}, JOB | {"state": "running"}, JOB)
    done = run("jobs", "wait", JOB_ID)
    assert (done.code, done.err) == (0, "")


def test_quiet_says_nothing(capsys: pytest.CaptureFixture[str]) -> None:
    output = Output(quiet=True)
    output.say("a")
    output.note("b")
    output.table(("a",), [(1,)], to_stderr=True)
    assert capsys.readouterr() == ("", "")


@pytest.mark.parametrize(
    ("text", "safe"),
    [
        ("plain, Köln, 東京, 😀", "plain, Köln, 東京, 😀"),
        ("1\u202f000\u00a0€", "1\u202f000\u00a0€"),
        ("\x1b]0;owned\x07", "\\x1b]0;owned\\x07"),
        ("a\rb\x08\x00\x7f\x9b", "a\\rb\\x08\\x00\\x7f\\x9b"),
        ("\u202egnp\u2028", "\\u202egnp\\u2028"),
        ("\ud800", "\\ud800"),
        ("[red]a[/] [/]", "[red]a[/] [/]"),
    ],
)
def test_row_124_text_of_others_cannot_steer_a_terminal(
    text: str, safe: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert shown(text) == safe
    output = Output()
    output.say(text)
    output.note(text)
    output.table((text,), [(text,)])
    fail(InvalidInputError(text, hint=text), as_json=False)
    said = capsys.readouterr()
    assert said.err.count(safe) == 4
    assert said.out.count(safe) == 2
    assert "\x1b" not in said.out + said.err


def test_json_is_one_line_and_keeps_every_letter(capsys: pytest.CaptureFixture[str]) -> None:
    Output(as_json=True).data({"name": "Köln\n", "value": 0.1})
    assert capsys.readouterr().out == '{"name": "Köln\\n", "value": 0.1}\n'


@pytest.mark.parametrize(
    ("words", "path", "answer", "keys"),
    [
        (["data", "list"], "/v1/datasets", {"items": [DATASET], "cursor": "more"}, {"items", "cursor"}),
        (["jobs", "list"], "/v1/jobs", {"items": [JOB], "cursor": None}, {"items", "cursor"}),
        (["models", "list"], "/v1/models", {"items": [MODEL], "cursor": None}, {"items", "cursor"}),
        (["data", "show", "d"], "/v1/datasets/d", DATASET, {"id", "state"}),
        (["data", "profile", "d"], "/v1/datasets/d/profile", {"columns": [{"name": "a"}]}, {"columns"}),
        (["jobs", "show", "j"], "/v1/jobs/j", JOB, {"id", "state", "times"}),
        (["jobs", "wait", JOB_ID], f"/v1/jobs/{JOB_ID}", JOB, {"id", "state"}),
        (["jobs", "leaderboard", "j"], "/v1/jobs/j/leaderboard", {"items": [TRIAL]}, {"items"}),
        (["models", "show", "m"], "/v1/models/m", MODEL, {"id", "versions"}),
    ],
)
def test_json_prints_one_object_and_nothing_else(
    run: Any, service: Any, words: list[str], path: str, answer: Any, keys: set[str]
) -> None:
    service.on("GET", path, answer)
    done = run(*words, "--json")
    assert (done.code, done.err) == (0, "")
    assert done.json.keys() >= keys


@pytest.mark.parametrize(
    ("words", "method", "path"),
    [
        (["jobs", "stop", "j"], "POST", "/v1/jobs/j:stop"),
        (["jobs", "cancel", "j"], "POST", "/v1/jobs/j:cancel"),
        (["jobs", "extend", "j", "5m"], "POST", "/v1/jobs/j:extend"),
        (["jobs", "refit", "j"], "POST", "/v1/jobs/j:refit"),
    ],
)
def test_steering_prints_the_job(run: Any, service: Any, words: list[str], method: str, path: str) -> None:
    service.on(method, path, JOB, status=202)
    assert run(*words, "--json").json["id"] == JOB_ID


def test_an_extension_that_is_no_time_is_refused_before_anything_is_asked(run: Any) -> None:
    done = run("jobs", "extend", "j", "soon")
    assert (done.code, done.out) == (2, "")
    assert "'soon' is not a duration" in done.err


def test_an_alias_is_moved(run: Any, service: Any) -> None:
    service.on("PUT", "/v1/models/m/aliases/best", MODEL | {"aliases": {"best": "1"}})
    assert run("models", "alias", "m", "best", "1", "--json").json["aliases"] == {"best": "1"}


@pytest.mark.parametrize(("group", "path"), [("data", "datasets"), ("jobs", "jobs"), ("models", "models")])
def test_deleting_prints_nothing(run: Any, service: Any, group: str, path: str) -> None:
    service.on("DELETE", f"/v1/{path}/x", b"", status=204)
    done = run(group, "delete", "x")
    assert (done.code, done.out, done.err) == (0, "", "")


def test_a_page_says_how_to_get_the_next(run: Any, service: Any) -> None:
    service.on("GET", "/v1/jobs", {"items": [JOB], "cursor": "next"})
    done = run("jobs", "list", "--limit", "1", "--cursor", "this")
    assert JOB_ID in done.out
    assert "--cursor next" in done.err
    assert dict(service.asked[0].url.params) == {"limit": "1", "cursor": "this", "kind": "fit"}


def test_a_leaderboard_for_people(run: Any, service: Any) -> None:
    service.on("GET", "/v1/jobs/j", JOB)
    service.on("GET", f"/v1/jobs/{JOB_ID}/leaderboard", {"items": [TRIAL | {"trial": each} for each in range(20)]})
    done = run("jobs", "leaderboard", "j")
    assert (done.out + done.err).count("[red]linear[/]") == 20
