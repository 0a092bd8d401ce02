"""A driver process: `python -m automl.backends.compute.driver_main FOLDER NAME`, its entry and arguments in a file."""

from __future__ import annotations

import json
import sys
from pathlib import Path

from automl.backends.compute.base import EntryPoint


def main(folder: str, name: str) -> None:
    """Run the entry; what it raises becomes the driver's last words."""
    asked = json.loads((Path(folder) / f"{name}.json").read_text())
    try:
        EntryPoint(asked["entry"]).load()(**asked["args"])
    # The border of a driver: its last words are all that is left of it.
    except Exception as error:
        (Path(folder) / f"{name}.error").write_text(f"{type(error).__name__}: {error}")
        raise


if __name__ == "__main__":
    main(*sys.argv[1:])
