"""What a failpoint does in the sweep: the failure that this very place would see, and a note that it happened."""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterator
from pathlib import Path

from automl.core import failpoint
from automl.core.errors import StorageFullError, UnavailableError
from tests.faults.forks import Fault

PACKAGE = Path(failpoint.__file__).resolve().parents[1]
KINDS = ("kill", "error", "full", "timeout")
# Inside an adapter a failure is the system's own; elsewhere it is what the adapter has made of it.
_ADAPTERS = ("records.", "blobs.", "cassandra.")


def _unavailable() -> None:
    raise UnavailableError("failpoint: an input/output error")


def _full() -> None:
    raise StorageFullError("failpoint: no room is left")


def _timeout() -> None:
    raise UnavailableError("failpoint: no answer in time")


_TRANSLATED: dict[str, Callable[[], None]] = {"error": _unavailable, "full": _full, "timeout": _timeout}


def arm(fault: Fault, note: Path) -> None:
    """Arm one point at one visit; the file `note` is there once it acted."""
    translated = not fault.point.startswith(_ADAPTERS)
    action = _TRANSLATED.get(fault.kind) if translated else None
    act = action or failpoint.ACTIONS[fault.kind]

    def noted() -> None:
        note.write_text(str(fault))
        act()

    failpoint.arm(fault.point, noted, fault.visit)


def failpoints(where: Path = PACKAGE) -> dict[str, set[Path]]:
    """Every failpoint in the sources below a folder, and the files that hold it."""
    found: dict[str, set[Path]] = {}
    for path in sorted(where.rglob("*.py")):
        for name in _names(path):
            found.setdefault(name, set()).add(path)
    return found


def embedded_failpoints() -> list[str]:
    """Those that a service of one machine comes by."""
    return sorted(name for name, paths in failpoints().items() if not all("cassandra" in path.parts for path in paths))


def _names(path: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(path.read_text())):
        is_call = isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "failpoint"
        if is_call and isinstance(node.args[0], ast.Constant):
            yield str(node.args[0].value)
