"""Named places where tests make the process die or a step fail. Inactive, a failpoint costs one dict look-up.

Every durable step has a point before and one after it: `failpoint("jobs.append.before")`. A test or the setting
`AUTOML_FAILPOINTS="name=kill;other=error@3"` arms them: `kill` (SIGKILL to this process), `error` (OSError EIO),
`full` (OSError ENOSPC), `timeout` (TimeoutError: the step may have happened); `@n` acts at the n-th visit alone.
"""

from __future__ import annotations

import errno
import os
import signal
from collections.abc import Callable
from dataclasses import dataclass, field


def _kill() -> None:
    os.kill(os.getpid(), signal.SIGKILL)


def _error() -> None:
    raise OSError(errno.EIO, "failpoint")


def _full() -> None:
    raise OSError(errno.ENOSPC, "failpoint")


def _timeout() -> None:
    raise TimeoutError("failpoint")


ACTIONS: dict[str, Callable[[], None]] = {"kill": _kill, "error": _error, "full": _full, "timeout": _timeout}


@dataclass
class _Armed:
    action: Callable[[], None]
    at_visit: int | None
    visits: int = field(default=0)


_armed: dict[str, _Armed] = {}


def failpoint(name: str) -> None:
    """Do what a test armed here, or nothing."""
    armed = _armed.get(name)
    if armed is None:
        return
    armed.visits += 1
    if armed.at_visit is None or armed.visits == armed.at_visit:
        armed.action()


def arm(name: str, action: str | Callable[[], None], at_visit: int | None = None) -> None:
    """Make `failpoint(name)` act, at each visit or at the n-th (from 1) alone. KeyError: unknown action."""
    _armed[name] = _Armed(ACTIONS[action] if isinstance(action, str) else action, at_visit)


def disarm(name: str | None = None) -> None:
    """Make one point, or all, inactive again."""
    if name is None:
        _armed.clear()
    else:
        _armed.pop(name, None)


def arm_all(text: str) -> None:
    """Arm from the text form of the setting. ValueError: malformed; KeyError: unknown action."""
    for part in filter(None, (piece.strip() for piece in text.split(";"))):
        name, separator, action = part.partition("=")
        if not separator:
            raise ValueError(f"failpoint {part!r}: write name=action")
        action, _, visit = action.partition("@")
        arm(name, action, int(visit) if visit else None)
