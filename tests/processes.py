"""Processes of this machine and where they listen."""

import contextlib
import ipaddress
from collections.abc import Iterable
from typing import Any

import psutil

from benchmarks.processes import command, tree

#: An address and a port.
Place = tuple[str, int]


def processes_below(pid: int) -> set[int]:
    """Every living descendant of a process."""
    return tree(pid) - {pid}


def named(pids: set[int], word: str) -> list[int]:
    """Those whose command line holds a word."""
    return [pid for pid in pids if word in command(pid)]


def listening(*pids: int) -> set[Place]:
    """Where these processes listen by TCP."""
    found: set[Place] = set()
    for pid in pids:
        with contextlib.suppress(psutil.NoSuchProcess):
            found |= _listening(psutil.Process(pid).net_connections("tcp"))
    return found


def all_listening() -> set[Place]:
    """Where any process listens by TCP."""
    return _listening(psutil.net_connections("tcp"))


def beyond_loopback(places: set[Place]) -> set[Place]:
    """Those that other machines reach."""
    return {(host, port) for host, port in places if not _is_loopback(host)}


def _listening(connections: Iterable[Any]) -> set[Place]:
    return {tuple(each.laddr) for each in connections if each.status == psutil.CONN_LISTEN}


def _is_loopback(host: str) -> bool:
    address = ipaddress.ip_address(host)
    return (getattr(address, "ipv4_mapped", None) or address).is_loopback
