"""The launcher's command line: data on standard output, narration on standard error; exit codes 0, 1 and 2 (usage)."""

from __future__ import annotations

import argparse
import contextlib
import json
import os
import signal
import sys
from collections.abc import Callable, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

from cluster.launcher import api, programs, state
from cluster.launcher.cluster import Cluster
from cluster.launcher.errors import LauncherError
from cluster.launcher.plan import OPTIONAL, PROFILES


def main(arguments: Sequence[str]) -> int:
    """Run one command; its exit code. `status` ends with 1 unless every server is ready."""
    chosen = parser().parse_args(arguments)
    try:
        code: int = chosen.run(chosen)
    except LauncherError as error:
        _tell(error, chosen.json)
        return 1
    except KeyboardInterrupt:
        return 130
    return code


def parser() -> argparse.ArgumentParser:
    """The commands and their options."""
    root = argparse.ArgumentParser(prog="cluster", description="Real servers on this machine, without containers.")
    commands = root.add_subparsers(required=True, metavar="COMMAND")
    up = _command(commands, "up", _up, "Start all servers, or attach to those that run.")
    up.add_argument("--profile", choices=sorted(PROFILES), help="Nodes of Cassandra and Kafka: 1 or 3 each.")
    up.add_argument("--without", action="append", default=[], choices=OPTIONAL, help="Leave a part out.")
    up.add_argument("--free-ports", action="store_true", help="Never the products' own ports.")
    _command(commands, "status", _status, "What each server does now.")
    down = _command(commands, "down", _down, "End all servers; their data stays.")
    down.add_argument("--now", action="store_true", help="kill -9, for data that nobody needs.")
    down.add_argument("--wipe", action="store_true", help="Remove all their data.")
    _command(commands, "guard", _guard, "Wait until standard input ends, then down --now --wipe.")
    _command(commands, "missing", _missing, "Debian packages that this machine lacks, one a line.")
    return root


def _command(commands: Any, name: str, run: Callable[..., int], text: str) -> argparse.ArgumentParser:
    made: argparse.ArgumentParser = commands.add_parser(name, help=text, description=text)
    made.set_defaults(run=run)
    made.add_argument("--home", type=Path, default=_home(), help="Folder whose 'cluster' folder holds all state.")
    made.add_argument("--json", action="store_true", help="One JSON value on standard output.")
    made.add_argument("--quiet", action="store_true", help="No narration.")
    return made


def _home() -> Path:
    data = os.environ.get("XDG_DATA_HOME")
    standard = (Path(data) if data else Path.home() / ".local" / "share") / "automl"
    return Path(os.environ.get("AUTOML_HOME") or standard)


def _up(chosen: argparse.Namespace) -> int:
    wish = api.Wish(profile=chosen.profile, without=tuple(chosen.without), free_ports=chosen.free_ports)
    _show(api.up(chosen.home, wish, _narrator(chosen)), chosen.json)
    return 0


def _status(chosen: argparse.Namespace) -> int:
    cluster = api.attach(chosen.home)
    if cluster is None:
        _say_nothing_runs(chosen)
        return 1
    return 0 if _show(cluster, chosen.json) else 1


def _down(chosen: argparse.Namespace) -> int:
    ended = api.down(chosen.home, now=chosen.now, wipe=chosen.wipe, say=_narrator(chosen))
    if chosen.json:
        _print({"ended": ended, "wiped": chosen.wipe})
    else:
        sys.stdout.write(f"ended {', '.join(ended)}\n" if ended else "nothing ran\n")
    return 0


def _guard(chosen: argparse.Namespace) -> int:
    # Ctrl-C in a terminal reaches everybody; this one must outlive whom it watches.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    sys.stdin.buffer.read()
    api.down(chosen.home, now=True, wipe=True)
    folder = state.folder_of(chosen.home)
    with contextlib.suppress(OSError):
        # Whoever was watched had made the home for these servers alone; one that holds more stays.
        (folder / "lock").unlink()
        folder.rmdir()
        folder.parent.rmdir()
    return 0


def _missing(chosen: argparse.Namespace) -> int:
    packages = programs.missing_packages(programs.look())
    if chosen.json:
        _print(packages)
    else:
        sys.stdout.write("".join(f"{each}\n" for each in packages))
    return 0


def _show(cluster: Cluster, as_json: bool) -> bool:
    """Print it; whether all servers are ready."""
    servers = list(cluster.servers.values())
    if as_json:
        head = {"home": str(cluster.folder.parent), "profile": cluster.profile, "endpoints": asdict(cluster.endpoints)}
        _print({**head, "servers": [asdict(each) for each in servers]})
    else:
        sys.stdout.write(f"{'server':<16}{'state':<9}{'pid':>8}  {'address':<22}{'memory':>8}\n")
        for each in servers:
            memory = f"{each.rss_bytes / 1e6:.0f} MB" if each.rss_bytes else ""
            sys.stdout.write(f"{each.name:<16}{each.state:<9}{each.pid or '':>8}  {each.address:<22}{memory:>8}\n")
        total = sum(each.rss_bytes for each in servers) / 1e6
        sys.stdout.write(f"profile {cluster.profile}, {total:.0f} MB in all, state in {cluster.folder}\n")
    return all(each.state == "ready" for each in servers)


def _say_nothing_runs(chosen: argparse.Namespace) -> None:
    folder = state.folder_of(chosen.home)
    if chosen.json:
        _print({"home": str(folder.parent), "profile": None, "endpoints": None, "servers": []})
    else:
        sys.stdout.write(f"no cluster was ever started in {folder}\n")


def _print(value: Any) -> None:
    sys.stdout.write(json.dumps(value) + "\n")


def _narrator(chosen: argparse.Namespace) -> Callable[[str], None]:
    def say(text: str) -> None:
        if not chosen.quiet:
            sys.stderr.write(text + "\n")
            sys.stderr.flush()

    return say


def _tell(error: LauncherError, as_json: bool) -> None:
    if as_json:
        sys.stderr.write(json.dumps(error.to_json()) + "\n")
        return
    sys.stderr.write(f"error {error.detail} ({error.code})\n")
    if error.hint:
        sys.stderr.write(f"hint  {error.hint}\n")
