"""What a study will probably ask for next, told by a driver to the workers of its node: files in a folder of the job.

A hint and nothing more. Where the folder is not to be reached (a worker on another node, a full disk) a worker waits to
be asked, as it would without.
"""

from __future__ import annotations

import json
import logging
import os
from collections.abc import Callable, Sequence
from contextlib import suppress
from pathlib import Path

from automl.core.trials import Unit

_log = logging.getLogger(__name__)
_NAME = "upcoming.json"


class Outlook:
    """Written by one process, read by any number."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._told = ""

    def tell(self, units: Sequence[Unit]) -> None:
        """Units that nobody has been asked for yet, the likeliest first."""
        text = json.dumps([each.to_json() for each in units])
        if text == self._told:
            return
        try:
            new = self._folder / f"{_NAME}.new"
            new.write_text(text)
            new.replace(self._folder / _NAME)
        except OSError as error:
            _log.debug("workers are not told what comes next: %s", error)
            return
        self._told = text

    def claim(self, is_wanted: Callable[[Unit], bool]) -> Unit | None:
        """The likeliest unit that no other worker has claimed. None: there is none, or it is not wanted; what comes
        after it will be somebody else's."""
        with suppress(OSError):
            for body in json.loads((self._folder / _NAME).read_bytes()):
                unit = Unit.from_json(body)
                if (self._folder / _claim(unit)).exists():
                    continue
                if not is_wanted(unit):
                    return None
                with suppress(FileExistsError):
                    os.close(os.open(self._folder / _claim(unit), os.O_CREAT | os.O_EXCL | os.O_WRONLY))
                    return unit
        return None

    def release(self, unit: Unit) -> None:
        """It was claimed, and somebody else is asked for it: whoever ends next may turn to it."""
        with suppress(OSError):
            (self._folder / _claim(unit)).unlink(missing_ok=True)


def _claim(unit: Unit) -> str:
    return f"claim-{unit.trial}-{unit.fold}"
