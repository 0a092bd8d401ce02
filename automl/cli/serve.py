"""`automl serve`: the whole service on this machine, or its half that answers; `automl controller`: the other half."""

from __future__ import annotations

import webbrowser
from pathlib import Path
from typing import Annotated

import typer

from automl.cli.connecting import connected, page_address
from automl.cli.output import Output, QuietFlag
from automl.client import local
from automl.settings import load


def serve(
    host: Annotated[str | None, typer.Option(help="Address to answer on; only loopback unless allowed.")] = None,
    port: Annotated[int | None, typer.Option(help="Port; 0 takes a free one.")] = None,
    home: Annotated[Path | None, typer.Option(help="The one folder that holds all state.")] = None,
    cpus: Annotated[int | None, typer.Option(help="CPUs for folds; all when left out.")] = None,
    dashboard_port: Annotated[int | None, typer.Option(help="Port of the Ray dashboard; 0 takes a free one.")] = None,
    allow_remote: Annotated[bool | None, typer.Option(help="Answer on other than loopback addresses.")] = None,
    profile: Annotated[str | None, typer.Option(help="Stores: embedded (files), or cluster (servers).")] = None,
    api_only: Annotated[bool, typer.Option(help="Answer only; 'automl controller' runs the jobs elsewhere.")] = False,
    open_page: Annotated[
        bool, typer.Option("--open", help="Open the web page, signed in; of the running service if there is one.")
    ] = False,
    on_demand: Annotated[bool, typer.Option(hidden=True)] = False,
    quiet: QuietFlag = False,
) -> None:
    """Run the service until Ctrl-C. Prints the address of its page, the Ray dashboard's and the data folder."""
    # Ray and its friends take a second to load; no other command needs them.
    from automl.bootstrap.service import Role, run_service

    flags = {
        "server.host": host,
        "server.port": port,
        "home": home,
        "ray.cpus": cpus,
        "ray.dashboard_port": dashboard_port,
        "server.allow_remote": allow_remote,
        "store.profile": profile,
    }
    role, settings, say = Role.API if api_only else Role.ALL, load(flags).settings, Output(quiet=quiet).say
    if open_page and local.find(settings.home) is not None:
        with connected(quiet) as client:
            address = page_address(client)
        say(f"page  {address}   (signs in once, within ten minutes)")
        webbrowser.open(address)
        return
    run_service(settings, say, role, on_demand, open_page)


def controller(
    home: Annotated[Path | None, typer.Option(help="The one folder that holds all state.")] = None,
    cpus: Annotated[int | None, typer.Option(help="CPUs for folds; all when left out.")] = None,
    copies: Annotated[int | None, typer.Option(help="Controllers in this cluster; one is enough.")] = None,
    ray_address: Annotated[str | None, typer.Option(help="Join this Ray cluster instead of starting one.")] = None,
    dashboard_port: Annotated[int | None, typer.Option(help="Port of the Ray dashboard; 0 takes a free one.")] = None,
    quiet: QuietFlag = False,
) -> None:
    """Run jobs in a Ray cluster apart from the API's, over the servers of profile cluster, until Ctrl-C."""
    from automl.bootstrap.service import Role, run_service

    flags = {
        "home": home,
        "ray.cpus": cpus,
        "ray.address": ray_address,
        "ray.dashboard_port": dashboard_port,
        "compute.controllers": copies,
        "store.profile": "cluster",
    }
    run_service(load(flags).settings, Output(quiet=quiet).say, Role.TUNING)
