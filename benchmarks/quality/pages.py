"""Sections as Markdown and as HTML."""

from __future__ import annotations

import html
import statistics
from collections.abc import Sequence

from benchmarks.quality.comparison import Interval, gaps
from benchmarks.quality.plots import Line, Point, lines, places
from benchmarks.quality.sections import OURS, Section

_HOW = """Every fit has the same cores, the same files and one stopwatch outside (exec to exit, imports included; our
service runs before, as a shared service does, and its memory is counted as ours). Scaled loss gap: 0 = the best of all
on a table, 1 = no better than the constant predictor, which also stands in for failures. Intervals: 95 %, bootstrap
over tables; seeds of a table are averaged first. "better" and "worse" (said of us) stand only where the interval of the
gain excludes 0 and there are at least 6 tables. The call: of the framework's own fit; for us the whole command, with
upload, reading and queueing. Late: calls that took more than the budget and 2 s."""
_STYLE = """
:root{color-scheme:light dark}body{font:15px/1.5 system-ui,sans-serif;max-width:1000px;margin:2rem auto;padding:0 1rem}
table{border-collapse:collapse;font-size:13px;display:block;overflow-x:auto}td,th{padding:.25rem .6rem;text-align:right;
border-bottom:1px solid #8884;white-space:nowrap}td:first-child,th:first-child{text-align:left}
svg{width:100%;font-size:12px}svg text{fill:currentColor}figure{margin:1.5rem 0}figcaption{font-weight:600}
.grid{stroke:#8883}.at{stroke:currentColor;stroke-dasharray:3 3}.ours{fill:#d9480f;stroke:#d9480f}
.other{fill:#1c7ed6;stroke:#1c7ed6}.wide{stroke-width:3;opacity:.5}.faint{opacity:.35;stroke:none}"""

Table = tuple[list[str], list[list[str]]]


def as_markdown(made: Sequence[Section]) -> str:
    """The report as Markdown."""
    parts = ["# Quality", "", _HOW.replace("\n", " ")]
    for each in made:
        parts += ["", f"## {each.constraint}", "", *_facts(each)]
        for title, (head, body) in _tables(each):
            parts += ["", f"### {title}", "", "| " + " | ".join(head) + " |", "|" + "---|" * len(head)]
            parts += [
                "| " + " | ".join(" ".join(cell.split()).replace("|", "\\|") for cell in row) + " |" for row in body
            ]
    return "\n".join(parts) + "\n"


def as_html(made: Sequence[Section]) -> str:
    """The report as one file."""
    parts = [f"<h1>Quality</h1><p>{html.escape(_HOW)}</p>"]
    for each in made:
        parts.append(f"<h2>{html.escape(each.constraint)}</h2>")
        parts += [f"<p>{html.escape(fact)}</p>" for fact in _facts(each) if fact]
        parts += _plots(each)
        for title, (head, body) in _tables(each):
            cells = "".join(f"<th>{html.escape(name)}</th>" for name in head)
            parts.append(f"<h3>{html.escape(title)}</h3><table><tr>{cells}</tr>")
            parts += ["<tr>" + "".join(f"<td>{html.escape(cell)}</td>" for cell in row) + "</tr>" for row in body]
            parts.append("</table>")
    style = f"<style>{_STYLE}</style>"
    begin = f'<!doctype html><html lang="en"><head><meta charset="utf-8"><title>Quality</title>{style}</head>'
    return f"{begin}<body>{''.join(parts)}</body></html>\n"


def _facts(each: Section) -> list[str]:
    count = sum(standing.count for standing in each.standings)
    slow, fast = each.calibration[1], each.calibration[0]
    said = [
        f"{len(each.losses.tables)} tables, {len(each.losses.frameworks)} frameworks, {count} rows; {each.left_out} "
        f"splits left out because some framework has no row. Commits: {', '.join(each.commits)}. "
        f"Calibration (boosting) between {fast:.2f} and {slow:.2f} s."
    ]
    if each.best_share is not None:
        said += ["", f"Ours is better than the best of all others on {_percent(each.best_share)} of the tables."]
    if each.job_over_s:
        kept = statistics.mean(over <= 0 for over in each.job_over_s)
        said += ["", f"Our jobs kept their budget in {kept:.0%}; the most over it: {max(each.job_over_s):.1f} s."]
    if each.told:
        ratio = statistics.median(one.ratio for one in each.told)
        said += ["", f"Loss on held-out rows by the loss that our jobs state themselves: {ratio:.2f} in the median."]
    return said


def _tables(each: Section) -> list[tuple[str, Table]]:
    made = [("Quality", _quality(each)), ("Time, memory, size", _cost(each)), ("Scores", _scores(each))]
    if each.told:
        made.append(("Own scores and held-out rows", _told(each)))
    failures = [[standing.name, reason] for standing in each.standings for reason in standing.failures]
    return [*made, ("Failures", (["framework", "reason"], failures))] if failures else made


def _quality(each: Section) -> Table:
    head = ["framework", "gap", "mean rank", "score per minute", "we win / tie / lose", "our win share", "our gain", ""]
    body = []
    for one in each.standings:
        row = [one.name, _interval(one.gap), f"{one.rank:.2f}", f"{one.per_minute:.2f}"]
        if one.versus is None:
            body.append([*row, "", "", "", ""])
            continue
        counts = f"{one.versus.wins} / {one.versus.ties} / {one.versus.losses}"
        body.append([*row, counts, _percent(one.versus.share), _interval(one.versus.gain), one.versus.verdict])
    return head, body


def _cost(each: Section) -> Table:
    head = ["framework", "fit s", "over budget s: median, most", "of its call", "late", "peak MB: median, most"]
    head += ["model MB", "µs/row at 1", "at 1,000", "failed"]
    body = [
        [
            one.name,
            f"{one.fit_s:.1f}",
            _spread(one.over_s),
            _spread(one.call_over_s),
            f"{one.late:.0%}",
            _spread(one.peak_mb, ".0f"),
            _number(one.model_mb),
            _number(one.predict_us_1),
            _number(one.predict_us_1000),
            f"{len(one.failures)}/{one.count}",
        ]
        for one in each.standings
    ]
    return head, body


def _scores(each: Section) -> Table:
    order = [each.losses.frameworks.index(one.name) for one in each.standings]
    body = []
    for table, values in zip(each.losses.tables, each.losses.values, strict=True):
        metric = each.metrics[table]
        shown = [1 - values[k] if metric == "roc_auc" else values[k] for k in order]
        body.append([table, metric, *(f"{value:.5g}" for value in shown)])
    return ["table", "metric", *(one.name for one in each.standings)], body


def _told(each: Section) -> Table:
    head = ["table", "metric", "score our job states", "on held-out rows", "held-out loss by its own"]
    body = [
        [one.table, each.metrics[one.table], f"{one.own:.5g}", f"{one.held_out:.5g}", f"{one.ratio:.2f}"]
        for one in each.told
    ]
    return head, body


def _plots(each: Section) -> list[str]:
    gap = [Line(one.name, one.gap.mean, one.gap.low, one.gap.high, ours=one.name == OURS) for one in each.standings]
    scaled = gaps(each.losses)
    per_table = [
        Line(
            one.name,
            one.gap.mean,
            points=tuple(scaled[:, each.losses.frameworks.index(one.name)]),
            ours=one.name == OURS,
        )
        for one in each.standings
    ]
    gains = [
        Line(one.name, one.versus.gain.mean, one.versus.gain.low, one.versus.gain.high)
        for one in each.standings
        if one.versus is not None
    ]
    time = [Point(one.name, one.fit_s, one.gap.mean, one.name == OURS) for one in each.standings]
    made = [
        lines("Scaled loss gap (left is better)", "gap, 95 % interval over tables", gap, at=0.0),
        lines("Scaled loss gap on each table", "gap", per_table),
        places("Gap and time", "mean seconds of fit", "scaled loss gap", time),
        _strip(each, "Seconds over the budget, whole process", "seconds", "over_s"),
        _strip(each, "Peak memory while fitting", "MB, whole process tree", "peak_mb"),
    ]
    if gains:
        made.insert(1, lines("Our gain against each (right is better)", "scaled loss difference", gains, at=0.0))
    return made


def _strip(each: Section, title: str, axis: str, name: str) -> str:
    drawn: list[Line] = []
    for one in each.standings:
        values: tuple[float, ...] = getattr(one, name)
        if values:
            drawn.append(Line(one.name, statistics.median(values), points=values, ours=one.name == OURS))
    return lines(title, axis, drawn, at=0.0)


def _spread(values: Sequence[float], form: str = ".1f") -> str:
    return f"{format(statistics.median(values), form)}, {format(max(values), form)}" if values else "-"


def _interval(given: Interval) -> str:
    return f"{given.mean:.3f} [{given.low:.3f}, {given.high:.3f}]"


def _percent(given: Interval) -> str:
    return f"{given.mean:.0%} [{given.low:.0%}, {given.high:.0%}]"


def _number(value: float | None) -> str:
    return "-" if value is None else f"{value:.3g}" if value < 1000 else f"{value:.0f}"
