"""What the documents tell people to type exists: every `automl …` parses, every `make …` is a target."""

import re
import shlex
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from typer.main import get_command

from automl.cli.main import app

ROOT = Path(__file__).resolve().parents[3]
PAGES = sorted(
    path.relative_to(ROOT).as_posix()
    for path in [*ROOT.glob("*.md"), *ROOT.glob("docs/**/*.md"), *ROOT.glob("examples/*.md")]
    if path.name != "CHANGELOG.md"
)
_FENCE = re.compile(r"^```(\w*)\n(.*?)^```", re.MULTILINE | re.DOTALL)
_SPAN = re.compile(r"(?<!`)`([^`\n]+)`(?!`)")
_TARGETS = re.compile(r"^([a-z][a-z-]*):", re.MULTILINE)
# Stands in a span for whatever a person would write there.
_ELLIPSIS = "…"


def lines(text: str) -> Iterator[str]:
    """Command lines of shell blocks and of spans, comments cut off, one command each."""
    shell = [block for language, block in _FENCE.findall(text) if language in ("sh", "bash", "shell", "console")]
    spans = _SPAN.findall(_FENCE.sub("", text))
    for line in [line for block in shell for line in block.splitlines()] + spans:
        comment = line.partition("# or:")[2]
        for part in [*re.split(r"&&|;|\|", line.partition(" #")[0]), comment]:
            yield part.strip().removeprefix("$ ").removeprefix(".venv/bin/")


def commands(page: str, program: str) -> list[str]:
    found = lines((ROOT / page).read_text())
    return [line for line in found if line.split(" ")[0] == program and line != program]


def parse(line: str) -> None:
    """As the shell would; nothing is run. Raises typer's usage errors."""
    words = [word for word in shlex.split(line)[1:] if word != _ELLIPSIS]
    command: Any = get_command(app)
    context = command.make_context("automl", list(words), resilient_parsing=line.endswith(_ELLIPSIS))
    while hasattr(command, "commands"):
        rest = [*context._protected_args, *context.args]
        name, command, words = command.resolve_command(context, rest)
        assert command is not None, name
        bare = not words and hasattr(command, "commands")
        context = command.make_context(name, list(words), parent=context, resilient_parsing=bare or _is_span(line))
        if bare:
            return


def _is_span(line: str) -> bool:
    # `automl jobs leaderboard` in the middle of a sentence names a command without its arguments.
    return not any(mark in line for mark in ("--", "/", "."))


def test_the_readme_shows_the_main_commands() -> None:
    shown = {line.split(" ")[1] for line in commands("README.md", "automl")}
    assert shown >= {"fit", "predict", "serve", "jobs", "models", "doctor", "config"}
    assert {"make demo", "make test", "make serve"} <= set(commands("README.md", "make"))


@pytest.mark.parametrize("page", PAGES)
def test_every_automl_command_parses(page: str) -> None:
    for line in commands(page, "automl"):
        try:
            parse(line)
        except Exception as error:
            pytest.fail(f"{page}: {line!r}: {error}")


@pytest.mark.parametrize("page", PAGES)
def test_every_make_target_exists(page: str) -> None:
    targets = set(_TARGETS.findall((ROOT / "Makefile").read_text()))
    for line in commands(page, "make"):
        wanted = [word for word in shlex.split(line)[1:] if "=" not in word and not word.startswith("-")]
        missing = [word for word in wanted if word not in targets and not word.endswith(("*", _ELLIPSIS))]
        assert not missing, f"{page}: {line!r}"


@pytest.mark.parametrize("line", ["automl fot x", "automl fit a.csv --targt y", "automl jobs", "automl predict m/"])
def test_a_command_that_does_not_exist_is_found(line: str) -> None:
    if line == "automl jobs":
        parse(line)
        return
    with pytest.raises(Exception, match=r"No such|Missing"):
        parse(line)
