"""`automl serve`: the whole service on this machine."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from automl.cli.output import Output, QuietFlag
from automl.settings import load


def serve(
    host: Annotated[str | None, typer.Option(help="Address to answer on; only loopback unless allowed.")] = None,
    port: Annotated[int | None, typer.Option(help="Port; 0 takes a free one.")] = None,
    home: Annotated[Path | None, typer.Option(help="The one folder that holds all state.")] = None,
    cpus: Annotated[int | None, typer.Option(help="CPUs for folds; all when left out.")] = None,
    dashboard_port: Annotated[int | None, typer.Option(help="Port of the Ray dashboard; 0 takes a free one.")] = None,
    allow_remote: Annotated[bool | None, typer.Option(help="Answer on other than loopback addresses.")] = None,
    on_demand: Annotated[bool, typer.Option(hidden=True)] = False,
    quiet: QuietFlag = False,
) -> None:
    """Run the service until Ctrl-C. Prints its address, the Ray dashboard's and the data folder."""
    # Ray and its friends take a second to load; no other command needs them.
    from automl.bootstrap.service import run_service

    flags = {
        "server.host": host,
        "server.port": port,
        "home": home,
        "ray.cpus": cpus,
        "ray.dashboard_port": dashboard_port,
        "server.allow_remote": allow_remote,
    }
    run_service(load(flags).settings, say=Output(quiet=quiet).say, on_demand=on_demand)
