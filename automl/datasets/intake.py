"""Raw bytes → a file on disk, unpacked by one layer and counted on the way; nothing is held in memory."""

from __future__ import annotations

import codecs
import zipfile
import zlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

from automl.core.errors import DatasetRejectedError, TooLargeError, UnsupportedFormatError
from automl.datasets.findings import samples
from automl.datasets.kinds import HEAD_BYTES, ZIP_ERRORS, Kind, find_kind, zip_kind
from automl.datasets.limits import ReadLimits

_STEP = 1024**2


@dataclass
class Census:
    """What the bytes of a text hold.

    invalid_at, nul_at: first offsets. multibyte: some non-ASCII was valid UTF-8. returns, feeds, pairs: CR, LF, CRLF;
    before the first CR all LF of a piece count as one, for most texts have no CR. long_line: some line may be longer
    than 1 MiB. empty_lines: some line may be empty.
    """

    size: int = 0
    nul_at: int | None = None
    invalid_at: int | None = None
    multibyte: bool = False
    double_quotes: int = 0
    returns: int = 0
    pairs: int = 0
    feeds: int = 0
    empty_lines: bool = False
    long_line: bool = False
    _last: bytes = b""
    _decoder: codecs.IncrementalDecoder = field(default_factory=codecs.getincrementaldecoder("utf-8"))

    def add(self, data: bytes) -> None:
        """Count the next bytes."""
        if self.nul_at is None and (place := data.find(b"\0")) >= 0:
            self.nul_at = self.size + place
        if self.invalid_at is None:
            self._check(data)
        self.double_quotes += data.count(b'"')
        joined = self._last + data
        if b"\r" in joined:
            self.returns += data.count(b"\r")
            self.pairs += joined.count(b"\r\n") - self._last.count(b"\r\n")
            self.feeds += data.count(b"\n")
            self.empty_lines = self.empty_lines or b"\n\r\n" in joined or b"\r\r" in joined
        else:
            self.feeds += data.count(b"\n") if self.returns else b"\n" in data
        self.empty_lines = self.empty_lines or b"\n\n" in joined or (data.startswith(b"\n") and self.size == 0)
        for place in range(0, len(data) - _STEP + 1, _STEP):
            if data.find(b"\n", place, place + _STEP) < 0 and data.find(b"\r", place, place + _STEP) < 0:
                self.long_line = True
        self._last = joined[-3:]
        self.size += len(data)

    def finish(self) -> None:
        """Close the count: a character cut at the end is invalid too."""
        if self.invalid_at is None:
            pending = len(self._decoder.getstate()[0])
            if pending:
                self.invalid_at = self.size - pending

    def _check(self, data: bytes) -> None:
        pending = len(self._decoder.getstate()[0])
        if not pending and data.isascii():
            return
        try:
            self.multibyte = not self._decoder.decode(data).isascii() or self.multibyte
        except UnicodeDecodeError as error:
            self.invalid_at = self.size - pending + error.start
            self.multibyte = self.multibyte or not error.object[: error.start].isascii()


@dataclass(frozen=True)
class Content:
    """What was sent, unpacked: the file, its kind, and for text its census. packed: by what it was packed."""

    path: Path
    kind: Kind
    census: Census
    sent_bytes: int
    packed: str | None = None


def take(source: Iterable[bytes], folder: Path, limits: ReadLimits) -> Content:
    """Store what comes and unpack gzip or a zip of one file.

    Raises DatasetRejectedError (`empty_file`, `gzip_damaged`, `zip_damaged`, `zip_entries`), TooLargeError
    (`expands_too_much`) and UnsupportedFormatError (`not_tabular`, `nested_archive`).
    """
    chunks = iter(source)
    head, rest = _head(chunks)
    kind = find_kind(head)
    sent = _Counted(rest)
    if kind is Kind.GZIP:
        return _store(_gunzip(sent, limits), folder / "content", sent, packed="gzip")
    content = _store(iter(sent), folder / "content", sent, packed=None)
    if content.kind is not Kind.ZIP:
        return content
    kind = zip_kind(content.path)
    if kind is Kind.EXCEL:
        return Content(content.path, kind, content.census, sent.size)
    return _store(_unzip(content.path, limits), folder / "entry", sent, packed="zip")


class _Counted:
    """The chunks of a source and how many bytes went by."""

    def __init__(self, source: Iterator[bytes]) -> None:
        self.source = source
        self.size = 0

    def __iter__(self) -> Iterator[bytes]:
        for chunk in self.source:
            self.size += len(chunk)
            yield chunk


def _head(chunks: Iterator[bytes]) -> tuple[bytes, Iterator[bytes]]:
    taken: list[bytes] = []
    size = 0
    for chunk in chunks:
        taken.append(chunk)
        size += len(chunk)
        # A head of blanks alone says nothing yet; a file of blanks alone is small or hostile.
        if size >= HEAD_BYTES:
            break
    head = b"".join(taken)

    def rest() -> Iterator[bytes]:
        yield head
        yield from chunks

    return head[:HEAD_BYTES], rest()


def _store(source: Iterator[bytes], path: Path, sent: _Counted, packed: str | None) -> Content:
    head, rest = _head(source)
    kind = find_kind(head)
    if packed and kind in (Kind.GZIP, Kind.ZIP) and not _is_workbook(head):
        raise UnsupportedFormatError(
            "The file is packed more than once.", code="nested_archive", hint="Unpack it and send the table itself."
        )
    census = Census()
    counts = kind in (Kind.TEXT, Kind.JSON_LINES)
    with path.open("wb") as target:
        for chunk in _even(rest):
            if counts:
                census.add(chunk)
            target.write(chunk)
    if counts:
        census.finish()
    if packed and kind is Kind.ZIP:
        kind = zip_kind(path)
    return Content(path, kind, census, sent.size, packed)


def _even(source: Iterator[bytes]) -> Iterator[bytes]:
    """The same bytes in pieces of at least 1 MiB, so that counting costs little and sees long lines."""
    waiting: list[bytes] = []
    size = 0
    for chunk in source:
        waiting.append(chunk)
        size += len(chunk)
        if size >= _STEP:
            yield b"".join(waiting)
            waiting, size = [], 0
    if waiting:
        yield b"".join(waiting)


def _is_workbook(head: bytes) -> bool:
    return head.startswith(b"PK") and (b"[Content_Types].xml" in head[:4096] or b"opendocument" in head[:4096])


def _gunzip(sent: _Counted, limits: ReadLimits) -> Iterator[bytes]:
    """Decoded bytes of all members. Zeros after the last one are padding; anything else is damage."""
    decoder = zlib.decompressobj(wbits=31)
    decoded = 0
    begun = True
    for chunk in sent:
        data = chunk
        while data:
            if not begun:
                data = data.lstrip(b"\0")
                if not data:
                    break
                decoder, begun = zlib.decompressobj(wbits=31), True
            try:
                piece = decoder.decompress(data, _STEP)
            except zlib.error as error:
                raise _gzip_damaged("Its checksum or structure is wrong.") from error
            decoded += len(piece)
            check_expansion(decoded, sent.size, limits)
            if piece:
                yield piece
            if decoder.eof:
                data, begun = decoder.unused_data, False
            else:
                data = decoder.unconsumed_tail
    # Output may still be held back when the input is used up.
    while begun and (piece := decoder.decompress(b"", _STEP)):
        yield piece
    if begun and not decoder.eof:
        raise _gzip_damaged("It ends before its end mark.")


def _gzip_damaged(reason: str) -> DatasetRejectedError:
    return DatasetRejectedError(
        f"The gzip file is damaged. {reason}", code="gzip_damaged", hint="Pack and send the file again."
    )


def check_expansion(decoded: int, sent: int, limits: ReadLimits) -> None:
    """TooLargeError (`expands_too_much`): so many bytes came out of so few, or more than are read at all."""
    if decoded > limits.max_bytes_decoded:
        reason = f"more than {limits.max_bytes_decoded:,} bytes"
    elif decoded > limits.ratio_after_bytes and decoded > limits.max_ratio * sent:
        reason = f"more than {limits.max_ratio} times its size"
    else:
        return
    raise TooLargeError(
        f"The file unpacks to {reason}.", code="expands_too_much", hint="Send a smaller table, or send it unpacked."
    )


def _unzip(path: Path, limits: ReadLimits) -> Iterator[bytes]:
    """The one file of an archive, by stream; its stored name is never used."""
    decoded = 0
    try:
        with zipfile.ZipFile(path) as archive, archive.open(_only_entry(archive)) as entry:
            while piece := entry.read(_STEP):
                decoded += len(piece)
                check_expansion(decoded, path.stat().st_size, limits)
                yield piece
    except ZIP_ERRORS as error:
        raise DatasetRejectedError(
            "The zip file is damaged.", code="zip_damaged", hint="Pack and send the file again."
        ) from error


def _only_entry(archive: zipfile.ZipFile) -> zipfile.ZipInfo:
    names = [entry.filename for entry in archive.infolist()]
    files = [entry for entry in archive.infolist() if not entry.filename.endswith("/")]
    files = [entry for entry in files if not entry.filename.startswith("__MACOSX")]
    if len(files) != 1:
        raise DatasetRejectedError(
            f"The zip holds {len(files):,} files.",
            code="zip_entries",
            hint=f"Send a zip with exactly one table; this one holds {', '.join(samples(names)) or 'nothing'}.",
        )
    if files[0].flag_bits & 1:
        raise DatasetRejectedError(
            "The zip is protected by a password.", code="encrypted", hint="Send it without a password."
        )
    return files[0]
