"""Strict quoting: every quoted cell closes, and nothing follows its closing quote but a delimiter or a line end.

A well-formed text is proven so by one vectorised pass; only a text with something odd is walked cell by cell.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

import numpy as np

from automl.core.errors import DatasetRejectedError, ErrorItem
from automl.datasets.findings import sample

_STEP = 4 * 1024**2


@dataclass(frozen=True)
class Marks:
    """How records and cells end. escape: stands before a quote inside a quoted cell; None: quotes are doubled."""

    delimiter: str
    quote: str | None
    escape: str | None = None


@dataclass(frozen=True)
class Record:
    """One record. start, end: byte offsets, line end included. number: from 1, blank lines not counted.

    line: physical line from 1. cells: how many. strays: quotes inside unquoted cells, which mean nothing.
    """

    start: int
    end: int
    number: int
    line: int
    cells: int
    strays: int
    blank: bool


def records(path: Path, start: int, marks: Marks, max_bytes: int) -> Iterator[Record]:
    """All records from a byte offset on, blank lines too.

    Raises DatasetRejectedError: `unclosed_quote`, `text_after_quote`, `line_too_long`; each with record and byte.
    """
    quote = marks.quote.encode() if marks.quote else None
    delimiter = marks.delimiter.encode()
    escape = marks.escape.encode() if marks.escape else None
    number = 0
    offset = begun = quoted_at = start
    line = first_line = 1
    cells = strays = 0
    inside = blank = False
    with path.open("rb") as file:
        file.seek(start)
        for data in _lines(file, max_bytes):
            if not inside:
                blank = not data.strip(b" \r\n")
                begun, first_line, cells, strays, number = offset, line, 1, 0, number + (not blank)
            if quote is None or not (inside or quote in data):
                cells += data.count(delimiter)
            else:
                place = 0
                while True:
                    if inside:
                        place = _closing(data, place, quote, escape)
                        if place < 0:
                            break
                        inside = False
                        place += 1
                        following = data[place : place + 1]
                        if following not in (delimiter, b"\r", b"\n", b""):
                            raise _after_quote(data, place, number, offset + place)
                        if following != delimiter:
                            break
                        cells += 1
                        place += 1
                    elif data.startswith(quote, place):
                        inside, quoted_at = True, offset + place
                        place += 1
                    else:
                        following_delimiter = data.find(delimiter, place)
                        end = following_delimiter if following_delimiter >= 0 else len(data)
                        strays += data.count(quote, place, end)
                        if following_delimiter < 0:
                            break
                        cells += 1
                        place = end + 1
            offset += len(data)
            line += 1
            if offset - begun > max_bytes:
                if inside:
                    raise _unclosed(path, number, first_line, quoted_at)
                raise too_long_line(number, begun, max_bytes)
            if not inside:
                yield Record(begun, offset, number, first_line, cells, strays, blank)
        if inside:
            raise _unclosed(path, number, first_line, quoted_at)


def count_strays(path: Path, start: int, marks: Marks, max_bytes: int) -> int:
    """Quotes inside unquoted cells, which are read as they stand. Raises as `records` does."""
    if marks.quote is None or (marks.escape is None and _well_formed(path, start, marks)):
        return 0
    return sum(record.strays for record in records(path, start, marks, max_bytes))


def too_long_line(number: int, place: int, max_bytes: int) -> DatasetRejectedError:
    """The error for a record that is longer than any table's should be."""
    return DatasetRejectedError(
        f"Row {number:,} is longer than {max_bytes:,} bytes.",
        code="line_too_long",
        hint="Look for a missing line end or an unclosed quote, or send long texts apart.",
        errors=[ErrorItem("row too long", row=number, byte=place)],
    )


def _lines(file: BinaryIO, max_bytes: int) -> Iterator[bytes]:
    """Physical lines, ended by LF, CRLF or CR."""
    while data := file.readline(max_bytes + 1):
        if b"\r" not in data[:-2]:
            yield data
            continue
        for piece in data.replace(b"\r\n", b"\n\0").replace(b"\r", b"\r\0").split(b"\0"):
            if piece:
                # Zero bytes were refused before; they stand here for the place of a cut.
                yield piece.replace(b"\n", b"\r\n") if data.endswith(b"\r\n") and piece.endswith(b"\n") else piece


def _closing(data: bytes, place: int, quote: bytes, escape: bytes | None) -> int:
    """Where the quoted cell that is open at `place` closes in this line; -1: not in this line."""
    while (found := data.find(quote, place)) >= 0:
        if escape is not None:
            before = found
            while before > 0 and data[before - 1 : before] == escape:
                before -= 1
            if (found - before) % 2 == 0:
                return found
            place = found + 1
        elif data.startswith(quote, found + 1):
            place = found + 2
        else:
            return found
    return -1


def _after_quote(data: bytes, place: int, number: int, byte: int) -> DatasetRejectedError:
    return DatasetRejectedError(
        f"In row {number:,} text follows a closing quote (byte {byte:,}).",
        code="text_after_quote",
        hint="Double each quote inside a quoted cell, or set the right quote and delimiter.",
        errors=[
            ErrorItem(
                "text after a closing quote",
                row=number,
                byte=byte,
                sample=sample(data[max(0, place - 20) : place + 20].decode("utf-8", "replace")),
            )
        ],
    )


def _unclosed(path: Path, number: int, line: int, byte: int) -> DatasetRejectedError:
    with path.open("rb") as file:
        file.seek(byte)
        text = file.read(64).decode("utf-8", "replace")
    return DatasetRejectedError(
        f"The quote that opens in row {number:,} (line {line:,} of the table, byte {byte:,}) is never closed.",
        code="unclosed_quote",
        hint="Close the quote there, or set another quote mark.",
        errors=[ErrorItem("quote never closed", row=number, byte=byte, sample=sample(text))],
    )


def _well_formed(path: Path, start: int, marks: Marks) -> bool:
    """Whether quotes alternate between opening at a cell's start and closing at its end, through the whole text."""
    assert marks.quote is not None
    quote = ord(marks.quote)
    border = np.zeros(256, dtype=bool)
    border[[ord(marks.delimiter), 10, 13, quote]] = True
    seen = 0
    with path.open("rb") as file:
        file.seek(start)
        window = b"\n"
        while True:
            data = file.read(_STEP)
            window += data or b"\n"
            bytes_ = np.frombuffer(window, dtype=np.uint8)
            # The last byte waits for its successor.
            places = np.flatnonzero(bytes_[1:-1] == quote) + 1
            opening = (np.arange(seen, seen + len(places)) & 1) == 0
            fine = np.where(opening, border[bytes_[places - 1]], border[bytes_[places + 1]])
            if not fine.all():
                return False
            seen += len(places)
            if not data:
                return seen % 2 == 0
            window = window[-2:]
