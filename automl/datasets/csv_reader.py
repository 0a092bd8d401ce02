"""A delimited text as blocks of cells, every row proven to have the header's width."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
from pyarrow import csv

from automl.core.errors import DatasetRejectedError, ErrorItem
from automl.core.spec import ReadOptions
from automl.datasets.encoding import Text
from automl.datasets.findings import Finding, sample
from automl.datasets.layout import Layout
from automl.datasets.limits import ReadLimits
from automl.datasets.quoting import count_strays, records, too_long_line

_BLOCK_BYTES = 4 * 1024**2
_BYTES_PER_COLUMN = 8 * 1024


class CsvReader:
    """Blocks of text cells; reading twice gives the same. Empty cells are null; all else is as it stands."""

    def __init__(self, text: Text, layout: Layout, options: ReadOptions, limits: ReadLimits, folder: Path) -> None:
        self.names = layout.names.names
        self.unnamed = layout.names.unnamed
        self.dialect: Mapping[str, Any] = layout.to_json()
        self.types: Mapping[str, str] = {}
        self.size = text.census.size
        self._layout = layout
        self._limits = limits
        self._start = layout.data_start
        self._path = text.path
        self._done = 0
        findings = [*text.findings, *layout.findings]
        findings += _line_ends(text)
        if text.census.long_line:
            for _ in records(text.path, layout.data_start, layout.marks, limits.max_line_bytes):
                pass
        strays = count_strays(text.path, layout.data_start, layout.marks, limits.max_line_bytes)
        if strays:
            findings.append(Finding("quote_in_cell", "Quotes inside unquoted cells are kept as text.", count=strays))
        if options.pad_short_rows:
            findings += self._pad(folder / "padded")
        if text.census.empty_lines and len(self.names) > 1:
            findings += self._blank_lines()
        self.findings = tuple(findings)
        wide = len(self.names) * _BYTES_PER_COLUMN
        self._block = 2 * limits.max_line_bytes if text.census.long_line else max(_BLOCK_BYTES, min(wide, 64 * 1024**2))

    @property
    def done(self) -> int:
        """Bytes of the text that the present pass has read."""
        return self._done

    def blocks(self) -> Iterator[pa.RecordBatch]:
        """All rows as columns of strings.

        Raises DatasetRejectedError: `long_row`, `short_row` with row and byte, `cell_too_long`, `line_too_long`.
        """
        refused: list[csv.InvalidRow] = []

        def on_invalid(row: csv.InvalidRow) -> str:
            # A line of blanks alone is an empty line; it was counted before.
            if row.actual_columns == 1 and not row.text.strip(" \r\n"):
                return "skip"
            refused.append(row)
            return "error"

        rows = 0
        with pa.OSFile(str(self._path)) as file:
            file.seek(self._start)
            try:
                for batch in self._open(file, on_invalid):
                    self._check_cells(batch, rows)
                    rows += batch.num_rows
                    self._done = file.tell()
                    yield batch
            except pa.ArrowInvalid as error:
                if refused:
                    raise self._wrong_width(refused[0]) from error
                if "straddling" in str(error):
                    raise too_long_line(rows + 1, self._start, self._block) from error
                if "Empty CSV" not in str(error):
                    raise

    def _open(self, file: pa.NativeFile, on_invalid: Any) -> csv.CSVStreamingReader:
        marks = self._layout.marks
        # Positions stand in for names, which may be anything.
        columns = [str(place) for place in range(len(self.names))]
        return csv.open_csv(
            file,
            read_options=csv.ReadOptions(use_threads=False, block_size=self._block, column_names=columns),
            parse_options=csv.ParseOptions(
                delimiter=marks.delimiter,
                quote_char=marks.quote or False,
                double_quote=marks.escape is None,
                escape_char=marks.escape or False,
                newlines_in_values=marks.quote is not None,
                ignore_empty_lines=len(self.names) > 1,
                invalid_row_handler=on_invalid,
            ),
            convert_options=csv.ConvertOptions(
                # The whole text was proven to be UTF-8 when it was stored.
                check_utf8=False,
                column_types=dict.fromkeys(columns, pa.string()),
                strings_can_be_null=True,
                null_values=[""],
            ),
        )

    def _check_cells(self, batch: pa.RecordBatch, rows: int) -> None:
        for place, column in enumerate(batch.columns):
            if column.nbytes <= self._limits.max_cell_bytes:
                continue
            lengths = np.diff(np.frombuffer(column.buffers()[1], np.int32)[column.offset :][: len(column) + 1])
            longest = int(lengths.argmax())
            if lengths[longest] > self._limits.max_cell_bytes:
                name = self.names[place]
                raise DatasetRejectedError(
                    f"The cell in row {rows + longest + 1:,}, column {sample(name)!r} has {lengths[longest]:,} bytes.",
                    code="cell_too_long",
                    hint=f"Cells may have {self._limits.max_cell_bytes:,} bytes. Look for an unclosed quote.",
                    errors=[
                        ErrorItem(
                            "cell too long",
                            column=name,
                            row=rows + longest + 1,
                            sample=sample(column[longest].as_py()[:64]),
                        )
                    ],
                )

    def _wrong_width(self, row: csv.InvalidRow) -> DatasetRejectedError:
        is_long = row.actual_columns > row.expected_columns
        place, number = self._start, row.number or 0
        for record in records(self._path, self._start, self._layout.marks, self._limits.max_line_bytes):
            if not record.blank and record.cells != row.expected_columns:
                place, number = record.start, record.number
                break
        hint = "Quote cells that hold the delimiter, or set the right delimiter."
        if not is_long:
            hint = "Complete the row, or set pad_short_rows to fill it with missing cells."
        return DatasetRejectedError(
            f"Row {number:,} has {row.actual_columns:,} cells, the header has {row.expected_columns:,} "
            f"(byte {place:,}).",
            code="long_row" if is_long else "short_row",
            hint=hint,
            errors=[
                ErrorItem(
                    f"{row.actual_columns} cells instead of {row.expected_columns}",
                    row=number,
                    byte=place,
                    sample=sample(row.text),
                )
            ],
        )

    def _pad(self, target: Path) -> list[Finding]:
        """Rewrite the rows with the missing cells of short rows added."""
        width, delimiter = len(self.names), self._layout.marks.delimiter.encode()
        padded: list[str] = []
        count = 0
        with self._path.open("rb") as source, target.open("wb") as out:
            for record in records(self._path, self._start, self._layout.marks, self._limits.max_line_bytes):
                source.seek(record.start)
                data = source.read(record.end - record.start)
                if not record.blank and record.cells < width:
                    body = data.rstrip(b"\r\n")
                    data = body + delimiter * (width - record.cells) + data[len(body) :]
                    count += 1
                    padded.append(f"row {record.number}") if count <= 3 else None
                out.write(data)
        if not count:
            return []
        self._path, self._start = target, 0
        return [Finding("short_rows_padded", "Short rows were filled with missing cells.", None, count, tuple(padded))]

    def _blank_lines(self) -> list[Finding]:
        found = records(self._path, self._start, self._layout.marks, self._limits.max_line_bytes)
        # Blank lines at the very end are how files end.
        blanks = pending = 0
        for record in found:
            if record.blank:
                pending += 1
            else:
                blanks, pending = blanks + pending, 0
        return [Finding("blank_lines", "Blank lines were skipped.", count=blanks)] if blanks else []


def _line_ends(text: Text) -> list[Finding]:
    census = text.census
    if not census.returns:
        return []
    lone_returns = census.returns - census.pairs
    kinds = [("CRLF", census.pairs), ("CR", lone_returns), ("LF", census.feeds - census.pairs)]
    present = [name for name, count in kinds if count > 0]
    if present == ["CRLF"]:
        return []
    if len(present) > 1:
        return [Finding("line_ends", f"Line ends are mixed: {' and '.join(present)}; each ends a row.")]
    return [Finding("line_ends", "Rows end in CR alone.", count=lone_returns)]
