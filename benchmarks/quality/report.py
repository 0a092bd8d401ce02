"""The report of results: Markdown, and one HTML file that needs nothing beside it.

python -m benchmarks.quality.report RESULTS... [--out FOLDER] [--frameworks a,b] [--half choose|confirm]

Rivals are measured once per version and ours again and again: of a row that several results hold, the last counts.
"""

from __future__ import annotations

import argparse
import sys
from collections import defaultdict
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from benchmarks.quality import plan, rows
from benchmarks.quality.comparison import losses
from benchmarks.quality.pages import as_html, as_markdown
from benchmarks.quality.sections import Section, section


def main() -> None:
    """Write quality.md and quality.html beside the results; one section a constraint. Prints the Markdown."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("results", type=Path, nargs="+", help="quality.jsonl, or its folder; the newest last")
    parser.add_argument("--out", type=Path, help="default: the last one's folder")
    parser.add_argument("--frameworks", help="only these; default: all that have rows")
    parser.add_argument("--half", choices=["choose", "confirm"])
    asked = parser.parse_args()
    paths = [each / "quality.jsonl" if each.is_dir() else each for each in asked.results]
    measured = rows.read(*paths)
    if asked.half:
        measured = [row for row in measured if row["table"] in plan.half(asked.half)]
    names = plan.framework_names(asked.frameworks) if asked.frameworks else None
    made = sections(measured, names)
    if not made:
        sys.exit(f"{', '.join(map(str, paths))}: no rows to compare.")
    out = asked.out or paths[-1].parent
    out.mkdir(parents=True, exist_ok=True)
    text = as_markdown(made)
    (out / "quality.md").write_text(text)
    (out / "quality.html").write_text(as_html(made))
    print(text)


def sections(measured: Sequence[dict[str, Any]], names: Sequence[str] | None) -> list[Section]:
    """One for each constraint, shortest budget first."""
    by_constraint: dict[tuple[float, str], list[dict[str, Any]]] = defaultdict(list)
    for row in measured:
        if not row["spot_check"] and (names is None or row["framework"] in names):
            by_constraint[row["budget_s"], row["constraint"]].append(row)
    made = []
    for (_, constraint), found in sorted(by_constraint.items()):
        try:
            given = losses(found)
        except ValueError as error:
            print(f"{constraint}: {error}; name fewer with --frameworks", file=sys.stderr)
            continue
        used = {(row["table"], row["seed"]) for row in found}
        whole = {
            key
            for key in used
            if {r["framework"] for r in found if (r["table"], r["seed"]) == key} >= {*given.frameworks}
        }
        kept = [row for row in found if (row["table"], row["seed"]) in whole]
        made.append(section(constraint, given, kept, left_out=len(used) - len(whole)))
    return made


if __name__ == "__main__":
    main()
