"""`automl doctor`: what this machine has and lacks for the service."""

from __future__ import annotations

import typer

from automl.cli.output import EXIT_FAILURE, JsonFlag, Output
from automl.settings import load

_STYLES = {"ok": "green", "warn": "yellow", "fail": "red"}


def doctor(as_json: JsonFlag = False) -> None:
    """Check Python, packages, folders, ports, protections. Exit code 1 when something must be mended."""
    # The checks load what the service loads; the other commands start faster without it.
    from automl.bootstrap.doctor import examine

    findings = examine(load().settings)
    output = Output(as_json)
    if as_json:
        output.data({"items": [vars(finding) for finding in findings]})
    else:
        for finding in findings:
            output.say(
                f"{finding.subject}: {finding.message}", label=f"{finding.level:<4}", style=_STYLES[finding.level]
            )
            if finding.hint:
                output.say(f"     {finding.hint}", style="dim")
    if any(finding.level == "fail" for finding in findings):
        raise typer.Exit(EXIT_FAILURE)
