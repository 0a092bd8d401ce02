"""One sheet of a workbook as blocks of text cells. Held in memory whole: calamine reads no other way."""

from __future__ import annotations

import re
import zipfile
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import fastexcel
import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from automl.core.errors import DatasetRejectedError, ErrorItem, InvalidInputError, TooLargeError
from automl.core.spec import ReadOptions
from automl.datasets.excel_scan import scan_sheet
from automl.datasets.findings import Finding, sample, samples
from automl.datasets.header import check_names
from automl.datasets.intake import check_expansion
from automl.datasets.kinds import ZIP_ERRORS
from automl.datasets.limits import ReadLimits

_BLOCK_ROWS = 65_536
_MAX_PREAMBLE = 20
_DIMENSION = re.compile(rb'<dimension ref="[A-Z]+\d+:([A-Z]+)(\d+)"')
_ENCRYPTED = "EncryptedPackage".encode("utf-16-le")


class ExcelReader:
    """Every cell as the text it shows without formatting: numbers in full, dates as ISO, booleans as true and false.

    Raises DatasetRejectedError: `encrypted`, `excel_damaged`, `no_rows`; InvalidInputError: `sheet_unknown`;
    TooLargeError: `expands_too_much`.
    """

    def __init__(self, path: Path, options: ReadOptions, limits: ReadLimits) -> None:
        self.size = path.stat().st_size
        self.done = self.size
        self.types: Mapping[str, str] = {}
        _check_workbook(path, self.size, limits)
        name, batch, findings = _load(path, options)
        if batch.num_rows * batch.num_columns > limits.max_excel_cells:
            raise _too_large(limits)
        columns = [_filled(column) for column in batch.columns]
        filled = np.zeros((len(columns), batch.num_rows), dtype=bool)
        for place, column in enumerate(columns):
            filled[place] = np.asarray(column.is_valid())
        counts = filled.sum(axis=0)
        start = _table_start(counts, options.skip_rows or 0)
        if start:
            findings.append(Finding("preamble_skipped", "Rows before the table were skipped.", count=start))
        has_header = options.header is not False
        header = [column[start].as_py() or "" for column in columns] if has_header else []
        names = check_names(
            header or [f"column_{place}" for place in range(1, len(columns) + 1)],
            limits,
            rename=options.rename_duplicates,
        )
        body = np.flatnonzero(counts > 0)
        body = body[body >= start + has_header]
        blank = int((counts[body[0] : body[-1] + 1] == 0).sum()) if len(body) else 0
        if blank:
            findings.append(Finding("blank_lines", "Blank rows were skipped.", count=blank))
        rows = pa.array(body)
        self._table = pa.RecordBatch.from_arrays(
            [column.take(rows) for column in columns], names=[str(place) for place in range(len(columns))]
        )
        self.names = names.names
        self.unnamed = names.unnamed
        self.findings = (*findings, *names.findings)
        self.dialect: Mapping[str, Any] = {"kind": "excel", "sheet": name, "header": has_header, "skip_rows": start}

    def blocks(self) -> Iterator[pa.RecordBatch]:
        """All rows, text cells."""
        for begin in range(0, self._table.num_rows, _BLOCK_ROWS):
            yield self._table.slice(begin, _BLOCK_ROWS)


def _check_workbook(path: Path, size: int, limits: ReadLimits) -> None:
    """Refuse what would cost too much before anything is parsed. The child's own limits hold for what lies."""
    if size > limits.max_excel_bytes:
        raise TooLargeError(
            f"The workbook has {size:,} bytes; {limits.max_excel_bytes:,} are read.",
            code="too_large",
            hint="Save the sheet as CSV, which has no such limit.",
        )
    with path.open("rb") as file:
        if file.read(4) != b"PK\x03\x04":
            file.seek(0)
            if _ENCRYPTED in file.read():
                raise _encrypted()
            return
    try:
        with zipfile.ZipFile(path) as archive:
            entries = archive.infolist()
            check_expansion(sum(entry.file_size for entry in entries), size, limits)
            for entry in entries:
                if not re.fullmatch(r"xl/worksheets/[^/]+\.xml", entry.filename):
                    continue
                with archive.open(entry) as sheet:
                    found = _DIMENSION.search(sheet.read(4096))
                if found and _column_number(found.group(1)) * int(found.group(2)) > limits.max_excel_cells:
                    raise _too_large(limits)
    except ZIP_ERRORS as error:
        raise _damaged() from error


def _load(path: Path, options: ReadOptions) -> tuple[str, pa.RecordBatch, list[Finding]]:
    try:
        workbook = fastexcel.read_excel(str(path))
        names = workbook.sheet_names
        wanted = [options.sheet] if options.sheet is not None else names
        if options.sheet is not None and options.sheet not in names:
            raise InvalidInputError(
                f"The workbook has no sheet {sample(options.sheet)!r}.",
                code="sheet_unknown",
                hint=f"Its sheets are {', '.join(samples(names))}.",
                errors=[ErrorItem("unknown sheet", field="sheet", sample=sample(options.sheet))],
            )
        for name in wanted:
            # Typed reading would turn a text among numbers into a missing value without a word.
            sheet = workbook.load_sheet(name, header_row=None, dtypes="string", skip_whitespace_tail_rows=True)
            if sheet.height and sheet.width and (sheet.visible == "visible" or options.sheet):
                return name, sheet.to_arrow(), [*_sheet_findings(name, names, options), *scan_sheet(path, name)]
    except fastexcel.FastExcelError as error:
        if "password" in str(error).lower() or "encrypt" in str(error).lower():
            raise _encrypted() from error
        raise _damaged() from error
    raise DatasetRejectedError(
        "The workbook has no sheet with cells.", code="empty_file", hint="Send a workbook with a table."
    )


def _sheet_findings(name: str, names: list[str], options: ReadOptions) -> list[Finding]:
    if len(names) == 1 or options.sheet is not None:
        return []
    others = [other for other in names if other != name]
    message = f"The workbook has {len(names)} sheets; {sample(name)!r} was read. Set sheet to read another."
    return [Finding("several_sheets", message, count=len(names), examples=samples(others))]


def _table_start(counts: np.ndarray, skip: int) -> int:
    """The table's first row: below a title or note, that is below rows of one cell over rows of three and more."""
    rows = np.flatnonzero(counts > 0)
    rows = rows[rows >= skip]
    if not len(rows):
        raise DatasetRejectedError("The sheet has no rows.", code="no_rows", hint="Send a sheet with a table.")
    usual = int(np.median(counts[rows]))
    if usual >= 3:
        for row in rows[:_MAX_PREAMBLE]:
            if counts[row] > 1:
                return int(row)
    return int(rows[0])


def _filled(column: pa.Array) -> pa.Array:
    texts = column.cast(pa.string())
    return pc.if_else(pc.equal(texts, ""), pa.scalar(None, pa.string()), texts)


def _column_number(letters: bytes) -> int:
    number = 0
    for letter in letters:
        number = number * 26 + letter - 64
    return number


def _too_large(limits: ReadLimits) -> TooLargeError:
    return TooLargeError(
        f"A sheet spans more than {limits.max_excel_cells:,} cells.",
        code="expands_too_much",
        hint="Delete cells far from the table, or save the sheet as CSV.",
    )


def _encrypted() -> DatasetRejectedError:
    return DatasetRejectedError(
        "The workbook is protected by a password.", code="encrypted", hint="Save it without a password."
    )


def _damaged() -> DatasetRejectedError:
    return DatasetRejectedError(
        "The workbook is damaged.", code="excel_damaged", hint="Open and save it again, or save the sheet as CSV."
    )
