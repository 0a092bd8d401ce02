"""`automl config`: what is set, and by whom."""

from __future__ import annotations

import re
from typing import Any

import typer

from automl.cli.output import JsonFlag, Output
from automl.core.errors import InvalidInputError
from automl.settings import load

app = typer.Typer(no_args_is_help=True)

# Who is let in, in an address; it may hold a password.
_CREDENTIALS = re.compile(r"://[^/@\s]*@")


@app.callback()
def _group() -> None:
    """Settings: flag > AUTOML_* > automl.toml > user file > default."""


@app.command("show")
def show(as_json: JsonFlag = False) -> None:
    """Every setting with its value and where it comes from."""
    try:
        origins = load().origins
    except InvalidInputError as error:
        raise InvalidInputError(
            error.detail, code=error.code, hint="Correct it, or remove it, where it is set.", errors=error.errors
        ) from error
    rows = [{"setting": each.name, "value": _shown(each.value), "source": each.source} for each in origins]
    Output(as_json).listing(("setting", "value", "source"), rows)


def _shown(value: Any) -> Any:
    return _CREDENTIALS.sub("://…@", value) if isinstance(value, str) else value
