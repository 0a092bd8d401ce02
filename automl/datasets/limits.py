"""What reading one file may cost; every bound is a setting and every refusal names its bound."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class ReadLimits:
    """Bounds of one read.

    max_bytes_decoded: of the text or workbook after decompression. max_ratio: decoded to sent bytes, once more than
    ratio_after_bytes are decoded. max_excel_bytes, max_excel_cells: a workbook is held in memory whole, so its sent
    bytes and its used range are capped. memory_bytes: address space of the child. cpu_s, wall_s: its seconds.
    open_files: its descriptors. output_bytes: what it may send back. min_rows: fewer rows are refused.
    """

    max_bytes_decoded: int = 20 * 1024**3
    max_ratio: int = 200
    ratio_after_bytes: int = 100 * 1024**2
    max_columns: int = 10_000
    max_name: int = 255
    max_cell_bytes: int = 1024**2
    max_line_bytes: int = 16 * 1024**2
    max_excel_bytes: int = 256 * 1024**2
    max_excel_cells: int = 60_000_000
    memory_bytes: int = 4 * 1024**3
    cpu_s: int = 1800
    wall_s: int = 3600
    open_files: int = 64
    output_bytes: int = 40 * 1024**3
    min_rows: int = 20
