"""`automl config`: what is set, and by whom."""

from __future__ import annotations

import typer

from automl.cli.output import JsonFlag, Output
from automl.settings import load

app = typer.Typer(no_args_is_help=True)


@app.callback()
def _group() -> None:
    """Settings: flag > AUTOML_* > automl.toml > user file > default."""


@app.command("show")
def show(as_json: JsonFlag = False) -> None:
    """Every setting with its value and where it comes from."""
    rows = [{"setting": each.name, "value": each.value, "source": each.source} for each in load().origins]
    Output(as_json).listing(("setting", "value", "source"), rows)
