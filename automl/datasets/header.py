"""Column names: trimmed, told apart, bounded; what was changed is listed, what is ambiguous is refused."""

from __future__ import annotations

import unicodedata
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from automl.core.errors import DatasetRejectedError, ErrorItem, TooLargeError
from automl.datasets.findings import Finding, sample, samples
from automl.datasets.limits import ReadLimits


@dataclass(frozen=True)
class Names:
    """Checked names in file order. unnamed: places whose header cell was empty."""

    names: tuple[str, ...]
    unnamed: frozenset[int]
    findings: tuple[Finding, ...]


def check_names(raw: Sequence[str], limits: ReadLimits, *, rename: bool) -> Names:
    """Names fit for use from header cells as they stand.

    rename: `a, a` becomes `a, a (2)` instead of an error. Raises TooLargeError (`too_many_columns`) and
    DatasetRejectedError (`name_too_long`, `duplicate_names`, `ambiguous_header`).
    """
    if len(raw) > limits.max_columns:
        raise TooLargeError(
            f"The table has {len(raw):,} columns; {limits.max_columns:,} are read.",
            code="too_many_columns",
            hint="Leave out columns that cannot help the prediction.",
        )
    findings: list[Finding] = []
    names = [name.strip() for name in raw]
    for place, name in enumerate(names):
        if len(name) > limits.max_name:
            raise DatasetRejectedError(
                f"The name of column {place + 1} has {len(name):,} characters; {limits.max_name} are allowed.",
                code="name_too_long",
                hint="Shorten it, or check that the first row is the header.",
                errors=[ErrorItem("name too long", column=sample(name), sample=sample(name))],
            )
    trimmed = [name for before, name in zip(raw, names, strict=True) if before != name]
    if trimmed:
        message = "Spaces around column names were removed."
        findings.append(Finding("names_trimmed", message, count=len(trimmed), examples=samples(trimmed)))
    names, renames = _distinct(raw, names, rename=rename)
    findings += renames
    unnamed = frozenset(place for place, name in enumerate(names) if not name)
    names = _fill(names, findings)
    _look_alike(names)
    findings += _oddities(names)
    return Names(tuple(names), unnamed, tuple(findings))


def _distinct(raw: Sequence[str], names: list[str], *, rename: bool) -> tuple[list[str], list[Finding]]:
    counts = Counter(name for name in names if name)
    doubled = [name for name, count in counts.items() if count > 1]
    if not doubled:
        return names, []
    if not rename:
        collides = len(set(raw)) == len(raw)
        code = "ambiguous_header" if collides else "duplicate_names"
        reason = " once spaces are removed" if collides else ""
        raise DatasetRejectedError(
            f"{len(doubled):,} column names occur more than once{reason}: {', '.join(samples(doubled))}.",
            code=code,
            hint="Rename them in the file, or set rename_duplicates to read 'a, a' as 'a, a (2)'.",
            errors=[ErrorItem("name occurs more than once", column=sample(name)) for name in doubled[:20]],
        )
    taken = set(names)
    seen: Counter[str] = Counter()
    result = []
    changes = []
    for name in names:
        seen[name] += 1
        if not name or seen[name] == 1:
            result.append(name)
            continue
        number = seen[name]
        while (fresh := f"{name} ({number})") in taken:
            number += 1
        taken.add(fresh)
        result.append(fresh)
        changes.append(f"{name} → {fresh}")
    return result, [Finding("names_renamed", "Equal column names were numbered.", None, len(changes), samples(changes))]


def _fill(names: list[str], findings: list[Finding]) -> list[str]:
    taken = set(names)
    filled = []
    for place, name in enumerate(names):
        fresh, number = name or f"column_{place + 1}", 2
        while not name and fresh in taken:
            fresh, number = f"column_{place + 1} ({number})", number + 1
        taken.add(fresh)
        filled.append(fresh)
        if not name:
            findings.append(Finding("name_missing", f"Column {place + 1} had no name; it is called {fresh}.", fresh))
    return filled


def _look_alike(names: Sequence[str]) -> None:
    """Refuse names that differ in bytes and are equal to every reader's eye."""
    forms: dict[str, str] = {}
    for name in names:
        form = unicodedata.normalize("NFC", name)
        other = forms.setdefault(form, name)
        if other != name:
            raise DatasetRejectedError(
                f"Two columns are both called {sample(form)!r}, written in different Unicode forms.",
                code="ambiguous_header",
                hint="Rename one of them.",
                errors=[ErrorItem("name occurs in two Unicode forms", column=sample(form))],
            )


def _oddities(names: Sequence[str]) -> list[Finding]:
    findings = []
    hidden = [name for name in names if any(unicodedata.category(char) in ("Cf", "Cc", "Co", "Cn") for char in name)]
    if hidden:
        message = "Column names hold invisible or control characters; they are kept as they are."
        findings.append(Finding("names_invisible", message, count=len(hidden), examples=samples(hidden)))
    folded = Counter(name.casefold() for name in names)
    alike = [name for name in names if folded[name.casefold()] > 1]
    if alike:
        message = "Column names differ in upper and lower case alone."
        findings.append(Finding("names_differ_in_case", message, count=len(alike), examples=samples(alike)))
    return findings
