"""How commands speak: data on standard output, narration on standard error, errors with their own exit codes."""

from __future__ import annotations

import json
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.markup import escape
from rich.table import Table

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

JsonFlag = Annotated[bool, typer.Option("--json", help="Print one JSON value and nothing else on standard output.")]
QuietFlag = Annotated[bool, typer.Option("--quiet", "-q", help="No narration on standard error.")]


def exit_code(error: AutomlError) -> int:
    """The exit code that stands for this error."""
    return next((code for kind, code in _EXIT_CODES if isinstance(error, kind)), EXIT_FAILURE)


@dataclass(frozen=True)
class Output:
    """Where a command's words go. as_json: compact JSON on standard output; quiet: no narration."""

    as_json: bool = False
    quiet: bool = False

    def say(self, text: str = "") -> None:
        """Narrate. rich honours NO_COLOR and drops styles when the stream is no terminal."""
        if not self.quiet:
            Console(stderr=True, highlight=False).print(text, soft_wrap=True)

    def data(self, value: Any) -> None:
        """Print a JSON value: one line with --json, indented otherwise."""
        text = json.dumps(value, ensure_ascii=False, default=str, indent=None if self.as_json else 2)
        sys.stdout.write(text + "\n")

    def table(self, columns: Sequence[str], rows: Sequence[Sequence[Any]], *, to_stderr: bool = False) -> None:
        """Print rows as a table; numbers to the right."""
        if to_stderr and self.quiet:
            return
        table = Table(box=None, pad_edge=False, header_style="bold")
        for index, column in enumerate(columns):
            numeric = rows and all(isinstance(row[index], int | float | None) for row in rows)
            table.add_column(escape(column), justify="right" if numeric else "left", overflow="fold")
        for row in rows:
            table.add_row(*(_cell(value) for value in row))
        console = Console(stderr=to_stderr, highlight=False)
        if not console.is_terminal:
            # A file or a pipe has no width of its own; 80 columns would fold every other cell.
            console = Console(stderr=to_stderr, highlight=False, width=_PIPE_WIDTH)
        console.print(table)

    def listing(self, columns: Sequence[str], items: Sequence[Mapping[str, Any]]) -> None:
        """Print items as JSON, or as a table of the named fields."""
        if self.as_json:
            self.data(list(items))
        else:
            self.table(columns, [[item.get(column) for column in columns] for item in items])


def fail(error: AutomlError, as_json: bool) -> int:
    """Tell what went wrong and the way out; the exit code."""
    if as_json:
        sys.stderr.write(json.dumps(error.to_json(), ensure_ascii=False) + "\n")
        return exit_code(error)
    console = Console(stderr=True, highlight=False)
    console.print(f"[bold red]error[/] {escape(error.detail)} [dim]({error.code})[/]", soft_wrap=True)
    for item in error.errors[:5]:
        place = ", ".join(f"{name} {value}" for name, value in item.to_json().items() if name != "message")
        console.print(f"  {escape(item.message)}" + (f" [dim]({escape(place)})[/]" if place else ""), soft_wrap=True)
    if error.hint:
        console.print(f"[bold]hint[/]  {escape(error.hint)}", soft_wrap=True)
    return exit_code(error)


def _cell(value: Any) -> str:
    if value is None:
        return ""
    return escape(f"{value:.5g}" if isinstance(value, float) else str(value))
