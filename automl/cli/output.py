"""How commands speak: data on standard output, narration on standard error, errors with their own exit codes."""

from __future__ import annotations

import json
import sys
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Annotated, Any

import typer
from pydantic import BaseModel
from rich.console import Console
from rich.table import Table
from rich.text import Text

from automl.core.errors import (
    AuthenticationError,
    AutomlError,
    DatasetRejectedError,
    InvalidInputError,
    JobFailedError,
    NotFoundError,
    PermissionDeniedError,
    UnreachableError,
)

EXIT_FAILURE, EXIT_USAGE, EXIT_NOT_FOUND, EXIT_AUTH, EXIT_UNREACHABLE, EXIT_JOB_FAILED, EXIT_INTERRUPTED = (
    1,
    2,
    3,
    4,
    5,
    6,
    130,
)

# The first class that fits decides.
_EXIT_CODES: tuple[tuple[type[AutomlError], int], ...] = (
    (DatasetRejectedError, EXIT_FAILURE),
    (InvalidInputError, EXIT_USAGE),
    (NotFoundError, EXIT_NOT_FOUND),
    (AuthenticationError, EXIT_AUTH),
    (PermissionDeniedError, EXIT_AUTH),
    (UnreachableError, EXIT_UNREACHABLE),
    (JobFailedError, EXIT_JOB_FAILED),
)

_PIPE_WIDTH = 160
# Of the places where input is wrong, so many are told.
_PLACES = 5

JsonFlag = Annotated[bool, typer.Option("--json", help="Print one JSON object and nothing else on standard output.")]
LimitOption = Annotated[int, typer.Option(min=1, max=200, help="Items a page.")]
CursorOption = Annotated[str | None, typer.Option(help="Of the page before; for the one that follows.")]
QuietFlag = Annotated[bool, typer.Option("--quiet", "-q", help="No narration on standard error.")]


def exit_code(error: AutomlError) -> int:
    """The exit code that stands for this error."""
    return next((code for kind, code in _EXIT_CODES if isinstance(error, kind)), EXIT_FAILURE)


@dataclass(frozen=True)
class Output:
    """Where a command's words go. as_json: compact JSON on standard output; quiet: no narration."""

    as_json: bool = False
    quiet: bool = False

    def say(self, text: str = "", *, label: str = "", style: str = "") -> None:
        """Narrate a line; the style is the label's where there is one. rich honours NO_COLOR and drops styles when the
        stream is no terminal."""
        if not self.quiet:
            Console(stderr=True, highlight=False).print(_line(text, label, style), soft_wrap=True)

    def note(self, text: str) -> None:
        """Narrate something that the user should know."""
        self.say(text, label="note", style="yellow")

    def data(self, value: Any) -> None:
        """Print a JSON value: one line with --json, indented otherwise."""
        text = json.dumps(value, ensure_ascii=False, default=str, indent=None if self.as_json else 2)
        sys.stdout.write(text + "\n")

    def view(self, view: BaseModel) -> None:
        """Print what the service answered, as it stands in the API."""
        self.data(view.model_dump(mode="json"))

    def text(self, line: str) -> None:
        """Print a line of data on standard output."""
        sys.stdout.write(shown(line) + "\n")

    def table(self, columns: Sequence[str], rows: Sequence[Sequence[Any]], *, to_stderr: bool = False) -> None:
        """Print rows as a table; numbers to the right."""
        if to_stderr and self.quiet:
            return
        table = Table(box=None, pad_edge=False, header_style="bold")
        for index, column in enumerate(columns):
            numeric = bool(rows) and all(isinstance(row[index], int | float | None) for row in rows)
            table.add_column(Text(shown(column)), justify="right" if numeric else "left", overflow="fold")
        for row in rows:
            table.add_row(*(_cell(value) for value in row))
        console = Console(stderr=to_stderr, highlight=False)
        if not console.is_terminal:
            # A file or a pipe has no width of its own; 80 columns would fold every other cell.
            console = Console(stderr=to_stderr, highlight=False, width=_PIPE_WIDTH)
        console.print(table)

    def listing(self, columns: Sequence[str], items: Sequence[Mapping[str, Any]], *, cursor: str | None = None) -> None:
        """Print items as a JSON object, or as a table of the named fields. cursor: of the page that follows."""
        if self.as_json:
            self.data({"items": list(items), "cursor": cursor})
            return
        self.table(columns, [[item.get(column) for column in columns] for item in items])
        if cursor is not None:
            self.say(f"… and more: --cursor {cursor}", style="dim")


def fail(error: AutomlError, as_json: bool) -> int:
    """Tell what went wrong and the way out; the exit code."""
    if as_json:
        sys.stderr.write(json.dumps(error.to_json(), ensure_ascii=False) + "\n")
        return exit_code(error)
    output = Output()
    output.say(f"{error.detail} ({error.code})", label="error", style="bold red")
    for item in error.errors[:_PLACES]:
        place = ", ".join(f"{name} {value}" for name, value in item.to_json().items() if name != "message")
        output.say(f"  {item.message}" + (f" ({place})" if place else ""))
    if len(error.errors) > _PLACES:
        output.say(f"  … and {len(error.errors) - _PLACES} more")
    if error.hint:
        output.say(error.hint, label="hint ", style="bold")
    return exit_code(error)


def shown(text: str) -> str:
    """Text that others wrote, fit for a terminal: what would steer it is spelt out."""
    return "".join(each if _is_plain(each) else each.encode("unicode_escape").decode() for each in text)


def _is_plain(character: str) -> bool:
    return character.isprintable() or character == "\n" or unicodedata.category(character) == "Zs"


def _line(text: str, label: str, style: str) -> Text:
    if not label:
        return Text(shown(text), style)
    return Text.assemble((label, style), " ", shown(text))


def _cell(value: Any) -> Text:
    if value is None:
        return Text("")
    return Text(shown(f"{value:.5g}" if isinstance(value, float) else str(value)))
