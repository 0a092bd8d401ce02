"""What a sheet's own XML tells that its parser passes over: merged, hidden, failed and never computed cells."""

from __future__ import annotations

import re
import zipfile
from collections import Counter
from pathlib import Path, PurePosixPath
from xml.sax.saxutils import unescape

from automl.datasets.findings import Finding
from automl.datasets.kinds import ZIP_ERRORS

_STEP = 1024**2
_OVERLAP = 4096
_SHEET = re.compile(r"<sheet\b[^>]*>")
_NAME = re.compile(r'\bname="([^"]*)"')
_LINK = re.compile(r'\br:id="([^"]*)"')
_RELATION = re.compile(r"<Relationship\b[^>]*>")
_SIGNS = {
    "error_cells": re.compile(rb'<c\b[^>]*\bt="e"'),
    "formulas_without_value": re.compile(rb"</f>(?:<v\s*/>|<v></v>)?</c>"),
    "merged_cells": re.compile(rb"<mergeCell\b"),
    "hidden_cells": re.compile(rb'<(?:row|col)\b[^>]*\bhidden="(?:1|true)"'),
}
_MESSAGES = {
    "error_cells": "Cells with an error in place of a value were read as missing.",
    "formulas_without_value": "Formulas whose result is not stored were read as missing; nothing is computed.",
    "merged_cells": "Merged cells hold their value in the first cell alone; the others were read as missing.",
    "hidden_cells": "Hidden rows and columns were read like all others.",
}


def scan_sheet(path: Path, name: str) -> list[Finding]:
    """Findings on one sheet of an .xlsx workbook; nothing for other formats and where the sheet's part is not found."""
    try:
        with zipfile.ZipFile(path) as archive:
            part = _part(archive, name)
            if part is None:
                return []
            counts: Counter[str] = Counter()
            with archive.open(part) as sheet:
                window = b""
                while data := sheet.read(_STEP):
                    window += data
                    # A sign that may go on in the next piece is left for it.
                    cut = max(window.rfind(b"<c ", 0, len(window) - _OVERLAP), 0)
                    for code, sign in _SIGNS.items():
                        counts[code] += len(sign.findall(window, 0, cut))
                    window = window[cut:]
                for code, sign in _SIGNS.items():
                    counts[code] += len(sign.findall(window))
    except ZIP_ERRORS:
        # The parser has read the workbook; what cannot be scanned is no reason to refuse it.
        return []
    return [Finding(code, _MESSAGES[code], count=counts[code]) for code in _SIGNS if counts[code]]


def _part(archive: zipfile.ZipFile, name: str) -> str | None:
    names = set(archive.namelist())
    if not {"xl/workbook.xml", "xl/_rels/workbook.xml.rels"} <= names:
        return None
    targets = {}
    for relation in _RELATION.findall(archive.read("xl/_rels/workbook.xml.rels").decode("utf-8", "replace")):
        key, target = re.search(r'\bId="([^"]*)"', relation), re.search(r'\bTarget="([^"]*)"', relation)
        if key and target:
            targets[key.group(1)] = target.group(1)
    for sheet in _SHEET.findall(archive.read("xl/workbook.xml").decode("utf-8", "replace")):
        title, link = _NAME.search(sheet), _LINK.search(sheet)
        if title and link and unescape(title.group(1), {"&quot;": '"', "&apos;": "'"}) == name:
            place = targets.get(link.group(1), "")
            part = place.lstrip("/") if place.startswith("/") else str(PurePosixPath("xl") / place)
            return part if part in names else None
    return None
