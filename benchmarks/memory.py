"""Memory of a process tree, as the kernel counts it: proportional set size, so shared pages count once."""

from __future__ import annotations

from pathlib import Path


def tree(pid: int) -> set[int]:
    """A process and all its living descendants."""
    children: dict[int, list[int]] = {}
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            try:
                parent = int((entry / "stat").read_text().rsplit(")", 1)[1].split()[1])
            except (OSError, IndexError):
                continue
            children.setdefault(parent, []).append(int(entry.name))
    found, queue = {pid}, [pid]
    while queue:
        for child in children.get(queue.pop(), []):
            found.add(child)
            queue.append(child)
    return found


def pss_mb(pid: int) -> float:
    """Proportional set size of one process, MB; 0 when it is gone."""
    try:
        for line in Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines():
            if line.startswith("Pss:"):
                return int(line.split()[1]) / 1024
    except OSError:
        pass
    return 0.0


def peak_mb(pid: int, word: str) -> tuple[float, float]:
    """MB of the whole tree now, and of those processes in it whose command line holds a word."""
    whole = part = 0.0
    for each in tree(pid):
        size = pss_mb(each)
        whole += size
        try:
            if word in Path(f"/proc/{each}/cmdline").read_text():
                part += size
        except OSError:
            continue
    return whole, part
