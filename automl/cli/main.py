"""`automl`: the commands and their exit codes (0 ok, 1 failure, 2 usage, 3 not found, 4 auth, 5 unreachable,
6 job failed, 130 interrupted)."""

from __future__ import annotations

import importlib.metadata
import os
import sys
from typing import Annotated

import typer

from automl.cli import cluster, config, data, demo, doctor, fit, jobs, models, predict, serve
from automl.cli.output import EXIT_FAILURE, fail
from automl.core.errors import AutomlError


def _version(wanted: bool) -> None:
    if wanted:
        typer.echo(importlib.metadata.version("automl"))
        raise typer.Exit


app = typer.Typer(
    name="automl",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)
app.command("fit")(fit.fit)
app.command("predict")(predict.predict)
app.command("serve")(serve.serve)
app.command("controller")(serve.controller)
app.command("demo")(demo.demo)
app.command("doctor")(doctor.doctor)
app.add_typer(data.app, name="data", help="Datasets.")
app.add_typer(jobs.app, name="jobs", help="Jobs.")
app.add_typer(models.app, name="models", help="Models.")
app.add_typer(config.app, name="config", help="Settings.")
app.add_typer(cluster.app, name="cluster", help="Real servers on this machine.")


@app.callback()
def _root(
    version: Annotated[bool, typer.Option("--version", callback=_version, is_eager=True, help="Print it.")] = False,
) -> None:
    """The best model it can find in the time you give it."""


def run() -> None:
    """Entry point of the command."""
    as_json = "--json" in sys.argv
    try:
        # Usage errors end it with 2 and Ctrl-C with 130 by themselves.
        app(prog_name="automl")
    except AutomlError as error:
        sys.exit(fail(error, as_json))
    except BrokenPipeError:
        # Whoever read our output has gone; nothing is left to say. Python would still try when it ends.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        sys.exit(EXIT_FAILURE)
    except OSError as error:
        if error.filename is None:
            raise
        sys.exit(fail(AutomlError(f"{error.strerror}: {str(error.filename)!r}.", code="file_unusable"), as_json))


if __name__ == "__main__":
    run()
