"""Names this process and its Ray cluster to the Prometheus that the launcher started in this home, if there is one."""

from __future__ import annotations

import contextlib
import json
from collections.abc import Iterator
from pathlib import Path

from automl.bootstrap.endpoints import state_file

#: Where Ray keeps the addresses of its own exporters, in the folder of its sessions.
RAY_TARGETS = "prom_metrics_service_discovery.json"


@contextlib.contextmanager
def announced(launcher_home: Path, role: str, api: str | None, ray_folder: Path | None) -> Iterator[bool]:
    """Scraped while the block runs; whether there is a Prometheus. api: `host:port` of /metrics; ray_folder: of a
    cluster of our own."""
    folder = _folder(launcher_home)
    written: list[Path] = []
    try:
        if folder is not None and api is not None:
            written.append(folder / f"automl-{role}.json")
            _write(written[-1], json.dumps([{"targets": [api], "labels": {"job": "automl-api"}}]))
        if folder is not None and ray_folder is not None:
            # Ray writes the file itself, and again when nodes come and go; a link shows each of its states.
            written.append(folder / f"ray-{role}.json")
            written[-1].unlink(missing_ok=True)
            written[-1].symlink_to(ray_folder / RAY_TARGETS)
        yield bool(written)
    finally:
        for path in written:
            path.unlink(missing_ok=True)


def _folder(launcher_home: Path) -> Path | None:
    try:
        named = json.loads(state_file(launcher_home).read_text()).get("targets")
    except (OSError, ValueError):
        return None
    return Path(named) if named and Path(named).is_dir() else None


def _write(path: Path, text: str) -> None:
    temporary = path.with_suffix(".tmp")
    temporary.write_text(text)
    temporary.replace(path)
