"""A short private folder for Ray's sockets, for homes whose own path is too long; swept when its home is gone."""

from __future__ import annotations

import contextlib
import hashlib
import os
import shutil
import tempfile
from pathlib import Path

# Names the home in a folder that stands for it.
_HOME = "home"


def short_folder(home: Path) -> Path:
    """The folder that stands for this home in the system's temporary one; those of homes that are gone are removed.
    OSError: it cannot be made."""
    parent = Path(tempfile.gettempdir())
    sweep(parent)
    name = hashlib.sha256(str(home / "ray").encode()).hexdigest()[:10]
    folder = parent / f"{_prefix()}{name}"
    home.mkdir(parents=True, exist_ok=True)
    folder.mkdir(mode=0o700, exist_ok=True)
    if folder.stat().st_uid == os.getuid():
        (folder / _HOME).write_text(str(home))
    return folder


def sweep(parent: Path) -> None:
    """Remove this user's folders whose homes are gone."""
    for folder in parent.glob(f"{_prefix()}*"):
        # Another one may sweep at the same time, or is just making it.
        with contextlib.suppress(OSError):
            if folder.stat().st_uid == os.getuid() and not Path((folder / _HOME).read_text()).is_dir():
                shutil.rmtree(folder, ignore_errors=True)


def _prefix() -> str:
    return f"automl-{os.getuid()}-"
