"""A driver process: `python -m automl.backends.compute.driver_main FOLDER NAME`, its entry and arguments in a file."""

from __future__ import annotations

import sys
from pathlib import Path

from automl.backends.compute.base import EntryPoint
from automl.backends.compute.driver_files import DriverFiles


def main(folder: str, name: str) -> None:
    """Say that it lives, run the entry, leave nothing behind; what the entry raises becomes the driver's last words."""
    files = DriverFiles(Path(folder), name)
    asked = files.asked()
    # Said by the driver itself: a starter that dies meanwhile leaves no driver that nobody knows.
    files.began()
    try:
        EntryPoint(asked["entry"]).load()(**asked["args"])
    # The border of a driver: its last words are all that is left of it.
    except Exception as error:
        files.failed(f"{type(error).__name__}: {error}")
        raise
    files.remove()


if __name__ == "__main__":
    main(*sys.argv[1:])
