"""Where things lie under AUTOML_HOME."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Folders:
    """`node/` may be lost: it is fetched or made again."""

    home: Path

    @property
    def records(self) -> Path:
        return self.home / "records.sqlite"

    @property
    def blobs(self) -> Path:
        return self.home / "blobs"

    @property
    def events(self) -> Path:
        return self.home / "events"

    @property
    def blocks(self) -> Path:
        return self.home / "node" / "blocks"

    @property
    def packages(self) -> Path:
        return self.home / "node" / "packages"

    @property
    def scratch(self) -> Path:
        return self.home / "node" / "scratch"

    @property
    def drivers(self) -> Path:
        return self.home / "node" / "drivers"

    @property
    def key_file(self) -> Path:
        return self.home / "api_key"
