"""`automl cluster`: real Cassandra, Kafka, Redis and Prometheus on this machine, by the launcher of a checkout."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from typing import Annotated

import typer

from automl.cli.output import JsonFlag, QuietFlag
from automl.core.errors import AutomlError
from automl.settings import load

app = typer.Typer(no_args_is_help=True)

HomeOption = Annotated[Path | None, typer.Option(help="Folder whose `cluster` folder holds all state.")]


@app.callback()
def _group() -> None:
    """Real servers without containers, on loopback."""


@app.command("up")
def up(
    profile: Annotated[str | None, typer.Option(help="single or three: nodes of Cassandra and Kafka.")] = None,
    without: Annotated[list[str] | None, typer.Option(help="A part to leave out: prometheus.")] = None,
    free_ports: Annotated[bool, typer.Option("--free-ports", help="Never the products' own ports.")] = False,
    home: HomeOption = None,
    as_json: JsonFlag = False,
    quiet: QuietFlag = False,
) -> None:
    """Start all servers, or attach to those that run; returns when each answers."""
    options = [f"--profile={profile}"] if profile else []
    options += [f"--without={each}" for each in without or []]
    options += ["--free-ports"] if free_ports else []
    _launch("up", options, home, as_json, quiet)


@app.command("status")
def status(home: HomeOption = None, as_json: JsonFlag = False, quiet: QuietFlag = False) -> None:
    """State, pid, address and memory of each server. Exit code 1 unless all are ready."""
    _launch("status", [], home, as_json, quiet)


@app.command("down")
def down(
    now: Annotated[bool, typer.Option("--now", help="kill -9, for data that nobody needs.")] = False,
    wipe: Annotated[bool, typer.Option("--wipe", help="Remove all their data.")] = False,
    home: HomeOption = None,
    as_json: JsonFlag = False,
    quiet: QuietFlag = False,
) -> None:
    """End all servers; their data stays."""
    _launch("down", ["--now"] * now + ["--wipe"] * wipe, home, as_json, quiet)


def find_launcher(package: Path) -> Path:
    """The folder that holds `cluster/launcher` beside the package. AutomlError: a bare wheel has none."""
    root = package.resolve().parent
    if not (root / "cluster" / "launcher" / "__main__.py").is_file():
        raise AutomlError(
            f"The launcher of servers (folder cluster/launcher) is not beside this package in {root}.",
            code="no_launcher",
            hint="It comes with a checkout or the source distribution, not with the wheel.",
        )
    return root


def _launch(command: str, options: list[str], home: Path | None, as_json: bool, quiet: bool) -> None:
    root = find_launcher(Path(__file__).parents[1])
    place = (home or load().settings.home).expanduser().absolute()
    flags = ["--json"] * as_json + ["--quiet"] * quiet
    words = [sys.executable, "-m", "cluster.launcher", command, f"--home={place}", *options, *flags]
    with subprocess.Popen(words, cwd=root) as child:
        code = _wait(child)
    if code != 0:
        raise typer.Exit(code)


def _wait(child: subprocess.Popen[bytes]) -> int:
    while True:
        try:
            return child.wait()
        except KeyboardInterrupt:
            # The launcher heard it too and ends what it has started; leaving now would cut that short.
            continue
