"""What a file is, by its content; its name and declared type are only compared with that."""

from __future__ import annotations

import json
import re
import zipfile
import zlib
from enum import StrEnum
from pathlib import Path, PurePosixPath

from automl.core.errors import DatasetRejectedError, UnsupportedFormatError
from automl.datasets.findings import Finding, sample

HEAD_BYTES = 64 * 1024
# What the standard library raises on damaged archives; no system error of ours comes from reading a local file.
ZIP_ERRORS = (
    zipfile.BadZipFile,
    zlib.error,
    OSError,
    EOFError,
    NotImplementedError,
    RuntimeError,
    LookupError,
    ValueError,
)


class Kind(StrEnum):
    """Kinds of content that are read or unpacked."""

    TEXT = "csv"
    JSON_LINES = "json lines"
    GZIP = "gzip"
    ZIP = "zip"
    EXCEL = "excel"
    PARQUET = "parquet"
    ARROW = "arrow"


_SUFFIXES = {
    Kind.TEXT: {"csv", "tsv", "tab", "txt", "psv", "dat", "data"},
    Kind.JSON_LINES: {"jsonl", "ndjson", "json"},
    Kind.EXCEL: {"xlsx", "xls", "xlsm", "xlsb", "ods"},
    Kind.PARQUET: {"parquet", "pq", "parq"},
    Kind.ARROW: {"arrow", "feather", "ipc"},
}
# Each may carry code that runs when it is loaded, is no table, or has no safe reader here.
_FOREIGN = (
    (b"%PDF", "a PDF document"),
    (b"\x89PNG", "a PNG image"),
    (b"\xff\xd8\xff", "a JPEG image"),
    (b"GIF8", "a GIF image"),
    (b"\x89HDF\r\n\x1a\n", "an HDF5 file"),
    (b"\x93NUMPY", "a NumPy array file"),
    (b"ORC", "an ORC file"),
    (b"Obj\x01", "an Avro file"),
    (b"SQLite format 3\0", "an SQLite database"),
    (b"7z\xbc\xaf\x27\x1c", "a 7-Zip archive"),
    (b"Rar!", "a RAR archive"),
    (b"BZh", "a bzip2 file"),
    (b"\xfd7zXZ\0", "an xz file"),
    (b"\x28\xb5\x2f\xfd", "a zstd file"),
    (b"\x7fELF", "a program"),
    (b"MZ\x90", "a program"),
    (b"PARE", "an encrypted Parquet file"),
    (b"FEA1", "a Feather file of the old first version"),
    (b"{\\rtf", "an RTF document"),
    (b"\x80\x02", "a Python pickle"),
    (b"\x80\x03", "a Python pickle"),
    (b"\x80\x04", "a Python pickle"),
    (b"\x80\x05", "a Python pickle"),
)
_MARKUP = re.compile(rb"\s*<(?:!doctype|html|head|body|\?xml|!--|svg|table|script|[a-z][\w:-]*[\s>/])", re.IGNORECASE)
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"


def find_kind(head: bytes) -> Kind:
    """What begins with these bytes (the first 64 KiB or all).

    Raises DatasetRejectedError (`empty_file`) and UnsupportedFormatError (`not_tabular`).
    """
    if not head.strip(b" \t\r\n\xef\xbb\xbf"):
        raise DatasetRejectedError("The file has no content.", code="empty_file", hint="Send a file with a table.")
    for start, kind in ((b"\x1f\x8b", Kind.GZIP), (b"PAR1", Kind.PARQUET), (b"ARROW1", Kind.ARROW), (_OLE, Kind.EXCEL)):
        if head.startswith(start):
            return kind
    if head.startswith((b"PK\x03\x04", b"PK\x05\x06")):
        return Kind.ZIP
    if head.startswith(b"\xff\xff\xff\xff") and len(head) > 8:
        return Kind.ARROW
    for start, title in _FOREIGN:
        if head.startswith(start):
            raise not_tabular(title)
    text = head.removeprefix(b"\xef\xbb\xbf")
    if _MARKUP.match(text):
        raise not_tabular("a web page or XML document")
    if text.lstrip()[:1] in (b"{", b"["):
        return _json_kind(text)
    return Kind.TEXT


def not_tabular(title: str) -> UnsupportedFormatError:
    """The error for content that is no table we read."""
    return UnsupportedFormatError(f"The file is {title}, not a table.")


def zip_kind(path: Path) -> Kind:
    """Whether a zip is a workbook or a plain archive. DatasetRejectedError (`zip_damaged`): no directory in it."""
    try:
        with zipfile.ZipFile(path) as archive:
            names = {entry.filename for entry in archive.infolist()[:10_000]}
            kind = archive.read("mimetype")[:64] if "mimetype" in names else b""
    except ZIP_ERRORS as error:
        raise DatasetRejectedError(
            "The zip file is damaged or cut short.", code="zip_damaged", hint="Send the file again."
        ) from error
    if any(name.startswith("xl/workbook.") for name in names) or b"opendocument.spreadsheet" in kind:
        return Kind.EXCEL
    if b"opendocument" in kind or any(name.startswith(("word/", "ppt/")) for name in names):
        raise not_tabular("an office document without a sheet")
    if "index/" in names or any(name.endswith(".iwa") for name in names):
        raise not_tabular("an Apple Numbers document")
    return Kind.ZIP


def compare_name(filename: str | None, kind: Kind) -> list[Finding]:
    """A finding where the name says another kind than the content; the content is believed."""
    name = PurePosixPath((filename or "").lower()).name.removesuffix(".gz").removesuffix(".zip")
    suffix = PurePosixPath(name).suffix.removeprefix(".")
    claimed = next((each for each, suffixes in _SUFFIXES.items() if suffix in suffixes), None)
    if claimed is None or claimed is kind:
        return []
    message = f"The name ends in .{sample(suffix)}, but the content is {kind}; it was read as {kind}."
    return [Finding("name_mismatch", message)]


def _json_kind(text: bytes) -> Kind:
    first = text.lstrip().split(b"\n", 1)[0].strip()
    try:
        if isinstance(json.loads(first), dict):
            return Kind.JSON_LINES
    except (ValueError, RecursionError):
        if re.match(rb'\s*(?:\{\s*("|\})|\[\s*[\[{"\d\]-])', text) and not _like_rows(text):
            raise not_tabular("a JSON document") from None
        return Kind.TEXT
    raise not_tabular("a JSON document")


def _like_rows(text: bytes) -> bool:
    """Whether lines that begin with a bracket all have the same number of commas: a table with odd cells."""
    lines = [line for line in text.splitlines()[:20] if line.strip()]
    counts = {line.count(b",") for line in lines[:-1]}
    return len(lines) > 2 and len(counts) == 1 and counts != {0} and not text.lstrip().startswith(b"{\n")
