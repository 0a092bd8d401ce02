"""The files by which driver processes of a folder are known to everybody: what to run, who runs it, last words."""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from automl.backends.compute.lifelines import born_at
from automl.backends.private_file import write_private

_ASKED, _PID, _ERROR, _LOG = ".json", ".pid", ".error", ".log"


class DriverFiles:
    """Those of one driver. Each is written whole: readers look at any time. Arguments may hold secrets: mode 0600."""

    def __init__(self, folder: Path, name: str) -> None:
        self._folder = folder
        self._name = name
        self.log = self._path(_LOG)

    def ask(self, entry: str, args: Mapping[str, Any]) -> None:
        """Say what is to be run; an earlier driver of this name is forgotten."""
        self.remove()
        write_private(self._path(_ASKED), json.dumps({"entry": entry, "args": dict(args)}))

    def asked(self) -> Mapping[str, Any]:
        """`entry` and `args`."""
        found: Mapping[str, Any] = json.loads(self._path(_ASKED).read_text(encoding="utf-8"))
        return found

    def began(self) -> None:
        """This process is the driver."""
        write_private(self._path(_PID), json.dumps({"pid": os.getpid(), "born_at": born_at(os.getpid())}))

    def failed(self, words: str) -> None:
        """Keep the last words."""
        write_private(self._path(_ERROR), words)

    def remove(self) -> None:
        """Forget it."""
        for suffix in (_PID, _ASKED, _ERROR, _LOG):
            self._path(suffix).unlink(missing_ok=True)

    def has_begun(self) -> bool:
        """Whether it ever said that it lives, and was not forgotten since."""
        return self._path(_PID).exists()

    def living_pid(self) -> int | None:
        """Its pid while it lives; a pid that was given to another process since does not count."""
        try:
            body = json.loads(self._path(_PID).read_text(encoding="utf-8"))
        except FileNotFoundError:
            return None
        return int(body["pid"]) if born_at(body["pid"]) == body["born_at"] else None

    def last_words(self) -> str | None:
        """Why it failed, or the last line that it logged."""
        for suffix in (_ERROR, _LOG):
            try:
                lines = self._path(suffix).read_text(encoding="utf-8", errors="replace").strip().splitlines()
            except FileNotFoundError:
                continue
            if lines:
                return lines[-1][:500]
        return None

    def _path(self, suffix: str) -> Path:
        return self._folder / f"{self._name}{suffix}"


def known_names(folder: Path) -> list[str]:
    """Drivers that were ever said to live, by name."""
    return sorted(path.stem for path in folder.glob(f"*{_PID}"))
