"""What was said about a job, in sentences for its owner, made of its durable events.

Events are the one record of what happened: they are ordered, bounded in number, go with the job, and can be read while
no driver lives. What a driver has to say beyond them is an event of its own, `job.log`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, get_args

from automl.backends.records.base import Event, Records
from automl.core.errors import InvalidInputError
from automl.core.scores import CATALOGUE
from automl.core.states import FoldStatus
from automl.core.views import LogLevel, LogLine, Page, moment
from automl.jobs.aggregate import JobRecord

LOG = "job.log"
LEVELS: tuple[LogLevel, ...] = get_args(LogLevel)
_MESSAGE = 500
# Events looked at for one page.
_MOST_SEEN = 2000
_AT_ONCE = 500


def log_page(records: Records, record: JobRecord, level: LogLevel, cursor: str | None, limit: int) -> Page[LogLine]:
    """Lines of this level and above, in order. A page may hold fewer than `limit` though more follow. cursor: where to
    look on, also for what is yet to be said; None once the job has ended and all was told.

    InvalidInputError: a forged cursor.
    """
    after, items = _read(cursor), list[LogLine]()
    until = after + _MOST_SEEN
    while after < min(until, record.last_seq) and len(items) < limit:
        events = records.events(record.key, after, min(_AT_ONCE, until - after))
        if not events:
            break
        for event in events:
            after = event.seq
            line = line_of(event, record)
            if _is_loud(line, level):
                items.append(line)
                if len(items) == limit:
                    break
    is_all = record.state.is_terminal and after >= record.last_seq
    return Page[LogLine](items=items, cursor=None if is_all else str(after))


def log_tail(records: Records, record: JobRecord, level: LogLevel, limit: int) -> Page[LogLine]:
    """The last lines of this level and above, as `log_page`; they may be fewer than `limit` though others came long
    before."""
    found: list[LogLine] = []
    end = record.last_seq
    while end > max(0, record.last_seq - _MOST_SEEN) and len(found) < limit:
        start = max(0, end - _AT_ONCE)
        lines = [line_of(event, record) for event in records.events(record.key, start, end - start)]
        found = [each for each in lines if _is_loud(each, level)] + found
        end = start
    cursor = None if record.state.is_terminal else str(record.last_seq)
    return Page[LogLine](items=found[-limit:], cursor=cursor)


def line_of(event: Event, record: JobRecord) -> LogLine:
    """What one event says."""
    body = event.body
    level, source, message = _WORDS.get(event.type, _plain)(event.type, body, record)
    return LogLine(
        seq=event.seq,
        at=moment(event.at),
        level=level,
        source=source,
        message=" ".join(message.split())[:_MESSAGE],
        trial=body.get("trial"),
        fold=body.get("fold"),
    )


def said(level: LogLevel, message: str, *, trial: int | None = None, fold: int | None = None) -> dict[str, Any]:
    """The body of an event `job.log`: one line for the owner, without secrets and without traces of our code."""
    body: dict[str, Any] = {"level": level, "message": " ".join(message.split())[:_MESSAGE]}
    places = {"trial": trial, "fold": fold}
    return body | {name: number for name, number in places.items() if number is not None}


_Said = tuple[LogLevel, str, str]


def _is_loud(line: LogLine, level: LogLevel) -> bool:
    return LEVELS.index(line.level) >= LEVELS.index(level)


def _plain(kind: str, body: Mapping[str, Any], record: JobRecord) -> _Said:
    # An event of a newer release.
    return "debug", "driver", kind.partition(".")[2].replace("_", " ").capitalize() + "."


def _log(kind: str, body: Mapping[str, Any], record: JobRecord) -> _Said:
    level = body.get("level")
    return (level if level in LEVELS else "info"), "driver", str(body.get("message", ""))


def _admitted(kind: str, body: Mapping[str, Any], record: JobRecord) -> _Said:
    cpus = body.get("cpus")
    return "info", "controller", "Started." if cpus is None else f"Started with {_count(cpus, 'CPU')}."


def _replaced(kind: str, body: Mapping[str, Any], record: JobRecord) -> _Said:
    reason = body.get("reason")
    words = f"Its driver {reason}" if reason else "Who held it was lost"
    return "warning", "controller", f"{words.rstrip('.')}; another one goes on."


def _prepared(kind: str, body: Mapping[str, Any], record: JobRecord) -> _Said:
    parts = [_count(body.get("rows", 0), "row"), _count(body.get("features", 0), "feature")]
    parts.append(f"{_count(body.get('folds_per_trial', 0), 'fold')} a trial")
    if body.get("test_rows"):
        parts.append(f"{_count(body['test_rows'], 'row')} held out")
    return "info", "driver", f"The table is prepared: {', '.join(parts)}."


def _fold(kind: str, body: Mapping[str, Any], record: JobRecord) -> _Said:
    what, took = f"Trial {body.get('trial')}, fold {body.get('fold')}", body.get("total_s") or 0.0
    if body.get("error") or body.get("score") is None:
        return "warning", "worker", f"{what} failed: {body.get('error') or 'no reason is known'}"
    metric = CATALOGUE[record.plan["metric"]] if record.plan.get("metric") else None
    score = body["score"] if metric is None else metric.outside(body["score"])
    cut = " It was cut by the clock." if body.get("status") == FoldStatus.CUT else ""
    return "debug", "worker", f"{what}: {metric.name if metric else 'score'} {score:.6g} in {took:.2f} s.{cut}"


def _quarantined(kind: str, body: Mapping[str, Any], record: JobRecord) -> _Said:
    return "warning", "driver", f"Trial {body.get('trial')} is not tried again: {body.get('reason')}"


def _finishing(kind: str, body: Mapping[str, Any], record: JobRecord) -> _Said:
    return "info", "driver", f"Fitting is over. {body.get('reason') or ''}"


def _extended(kind: str, body: Mapping[str, Any], record: JobRecord) -> _Said:
    return "info", "api", f"Its owner gave it {body.get('seconds', 0):g} s more."


def _updated(kind: str, body: Mapping[str, Any], record: JobRecord) -> _Said:
    return "info", "api", f"Its name is {body.get('name')!r}, its priority {body.get('priority')}."


def _succeeded(kind: str, body: Mapping[str, Any], record: JobRecord) -> _Said:
    if body.get("model_id") is None:
        return "info", "driver", "Succeeded."
    score = body.get("score")
    shown = "" if score is None else f", {record.plan.get('metric', 'score')} {score:.6g}"
    return "info", "driver", f"Succeeded: version {body.get('model_version')} of model {body['model_id']}{shown}."


def _failed(kind: str, body: Mapping[str, Any], record: JobRecord) -> _Said:
    error = body.get("error") or record.error or {}
    return "error", "driver", f"Failed: {error.get('detail') or 'no reason is known'} {error.get('hint') or ''}"


def _said(source: str, words: str) -> Callable[[str, Mapping[str, Any], JobRecord], _Said]:
    return lambda kind, body, record: ("info", source, words)


_WORDS: Mapping[str, Callable[[str, Mapping[str, Any], JobRecord], _Said]] = {
    LOG: _log,
    "job.queued": _said("api", "Queued."),
    "job.admitted": _admitted,
    "job.driver_replaced": _replaced,
    "job.prepared": _prepared,
    "fold.done": _fold,
    "trial.quarantined": _quarantined,
    "job.finishing": _finishing,
    "job.stopping": _said("api", "Its owner wants it to end and to keep the best so far."),
    "job.cancelling": _said("api", "Its owner wants it to end and to keep nothing."),
    "job.extended": _extended,
    "job.updated": _updated,
    "job.deleted": _said("api", "Deleted."),
    "job.succeeded": _succeeded,
    "job.failed": _failed,
    "job.cancelled": _said("driver", "Cancelled."),
}


def _count(number: int, noun: str) -> str:
    return f"{number:,} {noun}{'' if number == 1 else 's'}"


def _read(cursor: str | None) -> int:
    if cursor is None:
        return 0
    if not (cursor.isascii() and cursor.isdigit() and len(cursor) <= 9):
        raise InvalidInputError("This cursor is not one of ours.", code="cursor_invalid")
    return int(cursor)
