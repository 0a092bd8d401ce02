"""The reader for a file's content, whatever its kind."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from automl.core.errors import UnsupportedFormatError
from automl.core.spec import ReadOptions
from automl.datasets.csv_reader import CsvReader
from automl.datasets.encoding import as_utf8
from automl.datasets.intake import Content
from automl.datasets.judging import TableReader
from automl.datasets.kinds import Kind
from automl.datasets.layout import find_layout
from automl.datasets.limits import ReadLimits


def open_table(
    content: Content, options: ReadOptions, limits: ReadLimits, folder: Path, known: Sequence[str] = ()
) -> TableReader:
    """A reader for stored content. known: column names that a header should have. Raises what the readers raise."""
    if content.kind is Kind.EXCEL:
        # Loaded only for a workbook: each child reads one file.
        from automl.datasets.excel_reader import ExcelReader

        return ExcelReader(content.path, options, limits)
    if content.kind in (Kind.PARQUET, Kind.ARROW):
        from automl.datasets.parquet_reader import ColumnarReader

        return ColumnarReader(content.path, content.kind, options, limits)
    if content.kind is Kind.TEXT:
        text = as_utf8(content, folder, options.encoding, options.replace_bad_bytes)
        return CsvReader(text, find_layout(text, options, limits, known), options, limits, folder)
    raise UnsupportedFormatError("The file is a JSON document, not a table.")
