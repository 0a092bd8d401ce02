"""Blobs as files of a local folder: `<root>/<tenant>/<name>~blob`.

A file is written under a temporary name, synced, then hard-linked to its own name, which fails if that exists: the
first complete put wins, also between processes. The folders' entries are synced before a put returns.
"""

from __future__ import annotations

import contextlib
import os
import uuid
from collections.abc import Iterable, Iterator
from itertools import islice
from pathlib import Path

from automl.backends.blobs.base import BlobInfo, BlobKey, BlobNames
from automl.backends.blobs.checks import checked, read_cursor, write_cursor
from automl.backends.blobs.chunk_file import Trailer, Writer, chunks, read_chunk, read_trailer
from automl.backends.system_errors import system_errors
from automl.core.clock import Clock
from automl.core.errors import CorruptDataError, NotFoundError, UnavailableError
from automl.core.failpoint import failpoint

# `~` never stands in a name, so a file never takes the place of a folder of another name.
_SUFFIX = "~blob"
_TORN_AFTER_S = 3600.0
_LINK_ATTEMPTS = 100


class LocalBlobs:
    """Contract: automl.backends.blobs.base.Blobs. chunk_bytes: of new blobs; old ones keep theirs."""

    def __init__(self, root: Path, clock: Clock, chunk_bytes: int = 4 * 1024 * 1024) -> None:
        self._root = root
        self._temporary = root / ".temporary"
        self._clock = clock
        self._chunk_bytes = chunk_bytes
        self._synced: set[Path] = set()
        with system_errors("blobs"):
            self._temporary.mkdir(mode=0o700, parents=True, exist_ok=True)

    def put(self, key: BlobKey, data: bytes | Iterable[bytes]) -> BlobInfo:
        path = self._path(key)
        found = self.stat(key)
        if found is not None:
            return self._made_durable(path, found)
        with system_errors("blobs"):
            failpoint("blobs.put.before")
        temporary = self._temporary / uuid.uuid4().hex
        try:
            trailer = self._write(temporary, data)
            with system_errors("blobs"):
                won = self._link(temporary, path)
                failpoint("blobs.put.linked")
                _sync_folder(path.parent)
                failpoint("blobs.put.after")
        finally:
            temporary.unlink(missing_ok=True)
        if not won:
            first = self.stat(key)
            if first is None:
                raise UnavailableError(f"The blob {key.name} was deleted while it was put.")
            return first
        return BlobInfo(key, trailer.size_bytes, trailer.sha256, trailer.at, created=True)

    def _write(self, temporary: Path, data: bytes | Iterable[bytes]) -> Trailer:
        with system_errors("blobs"):
            file = temporary.open("xb")
        try:
            writer = Writer(file, self._chunk_bytes)
            # Errors of `data` itself are the caller's and pass as they are; only the file's are translated.
            for chunk in chunks([data] if isinstance(data, bytes) else data, self._chunk_bytes):
                with system_errors("blobs"):
                    writer.add(chunk)
            with system_errors("blobs"):
                return writer.finish(self._clock.now())
        finally:
            # After a failed write there may be bytes left, which fail again.
            with system_errors("blobs"):
                file.close()

    def _link(self, temporary: Path, path: Path) -> bool:
        for _ in range(_LINK_ATTEMPTS):
            self._make_folder(path.parent)
            try:
                os.link(temporary, path)
                return True
            except FileExistsError:
                return False
            except FileNotFoundError:
                # A delete took the folder away as empty, between the two steps.
                self._synced.discard(path.parent)
        raise UnavailableError(f"The folder {path.parent} does not stay.")

    def _made_durable(self, path: Path, found: BlobInfo) -> BlobInfo:
        """What another process has just linked may not be synced yet; whoever returns it vouches for it."""
        with system_errors("blobs"), contextlib.suppress(FileNotFoundError):
            self._make_folder(path.parent)
            _sync_folder(path.parent)
        return found

    def stat(self, key: BlobKey) -> BlobInfo | None:
        path = self._path(key)
        with system_errors("blobs"):
            try:
                with path.open("rb") as file:
                    trailer = read_trailer(file, key.name)
            except FileNotFoundError:
                return None
        return BlobInfo(key, trailer.size_bytes, trailer.sha256, trailer.at)

    def read(self, key: BlobKey, start: int = 0, length: int | None = None) -> Iterator[bytes]:
        path = self._path(key)
        with system_errors("blobs"):
            try:
                file = path.open("rb")
            except FileNotFoundError as error:
                raise NotFoundError(f"There is no blob {key.name}.") from error
        with file:
            with system_errors("blobs"):
                trailer = read_trailer(file, key.name)
            end = trailer.size_bytes if length is None else min(trailer.size_bytes, start + length)
            place = start
            while place < end:
                number, skipped = divmod(place, trailer.chunk_bytes)
                with system_errors("blobs"):
                    chunk = read_chunk(file, trailer, number, key.name)
                piece = chunk[skipped : skipped + end - place]
                yield piece
                place += len(piece)

    def delete(self, key: BlobKey) -> None:
        path = self._path(key)
        with system_errors("blobs"):
            failpoint("blobs.delete.before")
            with contextlib.suppress(FileNotFoundError):
                path.unlink()
                _sync_folder(path.parent)
            failpoint("blobs.delete.after")
            self._remove_empty(path.parent)

    def names(self, cursor: str | None = None, limit: int = 1000) -> BlobNames:
        after, limit = read_cursor(cursor), max(1, limit)
        with system_errors("blobs"):
            self._sweep_torn()
            keys = list(islice(self._keys(after), limit + 1))
            found = [info for key in keys[:limit] if (info := self._listed(key)) is not None]
        return BlobNames(tuple(found), write_cursor(keys[limit - 1]) if len(keys) > limit else None)

    def _listed(self, key: BlobKey) -> BlobInfo | None:
        try:
            return self.stat(key)
        except CorruptDataError:
            # Still listed, without a hash, so that the sweep can remove it when nobody names it.
            with contextlib.suppress(FileNotFoundError):
                about = self._path(key).stat()
                return BlobInfo(key, about.st_size, "", about.st_mtime)
            return None

    def _keys(self, after: BlobKey | None) -> Iterator[BlobKey]:
        for tenant in sorted(each.name for each in _entries(self._root) if each.is_dir()):
            if tenant == self._temporary.name or (after is not None and tenant < after.tenant):
                continue
            behind = after.name if after is not None and tenant == after.tenant else ""
            for name in _names_behind(self._root / tenant, "", behind):
                yield BlobKey(tenant, name)

    def _sweep_torn(self) -> None:
        for entry in _entries(self._temporary):
            with contextlib.suppress(FileNotFoundError):
                if self._clock.now() - entry.stat().st_mtime > _TORN_AFTER_S:
                    os.unlink(entry.path)

    def _path(self, key: BlobKey) -> Path:
        *folders, last = checked(key).name.split("/")
        return self._root.joinpath(key.tenant, *folders, last + _SUFFIX)

    def _make_folder(self, folder: Path) -> None:
        """Make it with its parents, each entry durable in the folder above."""
        if folder == self._root or folder in self._synced:
            return
        self._make_folder(folder.parent)
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        _sync_folder(folder.parent)
        self._synced.add(folder)

    def _remove_empty(self, folder: Path) -> None:
        while folder != self._root:
            self._synced.discard(folder)
            try:
                folder.rmdir()
            except FileNotFoundError:
                pass
            except OSError:
                return  # not empty
            folder = folder.parent


def _names_behind(folder: Path, prefix: str, after: str) -> Iterator[str]:
    """Names below a folder greater than `after`, in the order of the whole names (where `/` counts as a letter)."""
    found = []
    for entry in _entries(folder):
        if entry.is_dir():
            found.append((f"{prefix}{entry.name}/", True))
        elif entry.name.endswith(_SUFFIX):
            found.append((prefix + entry.name.removesuffix(_SUFFIX), False))
    for name, is_folder in sorted(found):
        if is_folder:
            if name > after or after.startswith(name):
                yield from _names_behind(folder / name.split("/")[-2], name, after)
        elif name > after:
            yield name


def _entries(folder: Path) -> list[os.DirEntry[str]]:
    try:
        with os.scandir(folder) as found:
            return list(found)
    except FileNotFoundError:
        return []


def _sync_folder(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
