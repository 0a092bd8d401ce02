from pathlib import Path

import pytest

from automl.backends.records.filesystem import mounted, refuse_network
from automl.core.errors import UnavailableError

MOUNTS = """\
/dev/vda / ext4 rw 0 0
server:/home /home nfs4 rw 0 0
/dev/vdb /home/local xfs rw 0 0
//nas/x /mnt/my\\040files cifs rw 0 0
overlay /données overlay rw 0 0
tmpfs /homes tmpfs rw 0 0
"""


@pytest.fixture
def mounts(tmp_path: Path) -> Path:
    path = tmp_path / "mounts"
    path.write_text(MOUNTS)
    return path


@pytest.mark.parametrize(
    ("folder", "kind"),
    [
        ("/var/lib", "ext4"),
        ("/home/ann/automl", "nfs4"),
        ("/home/local/ann", "xfs"),
        ("/homes/ann", "tmpfs"),
        ("/mnt/my files/a", "cifs"),
        ("/données/a", "overlay"),
    ],
)
def test_the_longest_mount_point_counts(folder: str, kind: str, mounts: Path) -> None:
    assert mounted(Path(folder), mounts) == kind


@pytest.mark.parametrize("folder", ["/home/ann", "/mnt/my files"])
def test_network_file_systems_are_refused_with_the_reason(folder: str, mounts: Path) -> None:
    with pytest.raises(UnavailableError, match="network file system") as caught:
        refuse_network(Path(folder), mounts)
    assert caught.value.code == "network_file_system"
    assert "AUTOML_HOME" in caught.value.hint


def test_local_ones_are_taken(mounts: Path, tmp_path: Path) -> None:
    refuse_network(Path("/home/local"), mounts)
    refuse_network(tmp_path, tmp_path / "unreadable")
