"""`automl doctor`: what this machine has and lacks for the service."""

from __future__ import annotations

import typer

from automl.cli.output import EXIT_FAILURE, JsonFlag, Output
from automl.settings import load

_MARKS = {"ok": "[green]ok[/]", "warn": "[yellow]warn[/]", "fail": "[red]fail[/]"}


def doctor(as_json: JsonFlag = False) -> None:
    """Check Python, packages, folders, ports, protections. Exit code 1 when something must be mended."""
    # The checks load what the service loads; the other commands start faster without it.
    from automl.bootstrap.doctor import examine

    findings = examine(load().settings)
    output = Output(as_json)
    if as_json:
        output.data([vars(finding) for finding in findings])
    else:
        for finding in findings:
            output.say(f"{_MARKS[finding.level]:<16} {finding.subject}: {finding.message}")
            if finding.hint:
                output.say(f"     [dim]{finding.hint}[/]")
    if any(finding.level == "fail" for finding in findings):
        raise typer.Exit(EXIT_FAILURE)
