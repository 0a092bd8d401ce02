"""SQLite's locks are not safe on network file systems; they are refused with the reason."""

from __future__ import annotations

import re
from pathlib import Path

from automl.core.errors import UnavailableError

_NETWORK = {"nfs", "nfs4", "cifs", "smb3", "smbfs", "ceph", "glusterfs", "lustre", "afs", "9p", "beegfs", "gpfs"}
_NETWORK |= {"fuse.sshfs", "fuse.s3fs", "fuse.gcsfuse", "fuse.rclone", "fuse.glusterfs", "fuse.ceph"}
_OCTAL = re.compile(r"\\([0-7]{3})")  # how the kernel writes spaces in mount points
_MOUNTS = Path("/proc/self/mounts")


def refuse_network(folder: Path, mounts: Path = _MOUNTS) -> None:
    """UnavailableError when the folder lies on a network file system; no check where mounts cannot be read."""
    kind = mounted(folder, mounts)
    if kind in _NETWORK:
        raise UnavailableError(
            f"{folder} lies on a network file system ({kind}), where SQLite's locks do not hold.",
            code="network_file_system",
            hint="Set AUTOML_HOME to a folder on a local disk.",
        )


def mounted(folder: Path, mounts: Path = _MOUNTS) -> str | None:
    """The type of the file system that holds the folder."""
    try:
        lines = mounts.read_text().splitlines()
    except OSError:
        return None
    place = folder.resolve()
    best: tuple[int, str | None] = (-1, None)
    for line in lines:
        _, point, kind, *_ = line.split(" ")
        point = _OCTAL.sub(lambda found: chr(int(found[1], 8)), point)
        if place.is_relative_to(point) and len(point) >= best[0]:
            best = (len(point), kind)
    return best[1]
