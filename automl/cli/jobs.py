"""`automl jobs …`: jobs of the service."""

from __future__ import annotations

import time
from enum import StrEnum
from typing import Annotated

import typer

from automl.cli.connecting import connected
from automl.cli.fit import show_leaderboard
from automl.cli.output import CursorOption, JsonFlag, LimitOption, Output
from automl.client.handles import Job
from automl.core.spec import seconds
from automl.core.states import JobKind, JobState
from automl.core.views import LogLine

app = typer.Typer(no_args_is_help=True)
_FOLLOW_S = 1.0
_COLUMNS = ("id", "state", "name", "target", "task", "metric", "score", "created_at")


class Level(StrEnum):
    """Of a line of a job's log."""

    DEBUG = "debug"
    INFO = "info"
    WARNING = "warning"
    ERROR = "error"


JobId = Annotated[str, typer.Argument(metavar="JOB")]


@app.command("list")
def list_(
    limit: LimitOption = 50,
    cursor: CursorOption = None,
    state: Annotated[JobState | None, typer.Option(help="Only those in this state.")] = None,
    search: Annotated[str | None, typer.Option(help="A part of the name, id, target or dataset's name.")] = None,
    kind: Annotated[JobKind, typer.Option(help="What they do.")] = JobKind.FIT,
    as_json: JsonFlag = False,
) -> None:
    """Jobs, newest first."""
    with connected() as client:
        page = client.jobs.list(cursor, limit, state=None if state is None else str(state), search=search, kind=kind)
        items = [item.model_dump(mode="json") for item in page.items]
        Output(as_json).listing(_COLUMNS, items, cursor=page.cursor)


@app.command("show")
def show(job: JobId, as_json: JsonFlag = False) -> None:
    """One job with its times."""
    with connected() as client:
        Output(as_json).view(client.jobs.get(job))


@app.command("leaderboard")
def leaderboard(job: JobId, as_json: JsonFlag = False) -> None:
    """Every configuration tried, best first."""
    with connected() as client:
        if as_json:
            Output(True).data({"items": [row.model_dump(mode="json") for row in client.jobs.leaderboard(job)]})
        else:
            show_leaderboard(Job(client, client.jobs.get(job)), Output(), most=10_000)


@app.command("logs")
def logs(
    job: JobId,
    follow: Annotated[bool, typer.Option("--follow", "-f", help="Go on until the job has ended.")] = False,
    level: Annotated[Level, typer.Option(help="This level and above.")] = Level.INFO,
    tail: Annotated[int | None, typer.Option(min=1, max=200, help="Begin with the last so many lines.")] = None,
    as_json: JsonFlag = False,
) -> None:
    """What driver, controller and workers said about the job."""
    output = Output(as_json)
    with connected() as client:
        page = client.jobs.logs(job, level=str(level), limit=tail or 200, tail=tail is not None)
        while True:
            for line in page.items:
                output.view(line) if as_json else output.text(_line(line))
            if page.cursor is None:
                return
            # A page ends early where few lines are of this level.
            cursor, told = page.cursor, bool(page.items)
            page = client.jobs.logs(job, level=str(level), limit=200, cursor=cursor)
            if not page.items and page.cursor == cursor:
                if not follow:
                    return
                if not told:
                    time.sleep(_FOLLOW_S)


def _line(line: LogLine) -> str:
    return f"{line.at.astimezone():%H:%M:%S} {line.level:<7} {line.source:<10} {line.message}"


@app.command("events")
def events(
    job: JobId, after: Annotated[int, typer.Option(min=0, help="Only those behind the event of this number.")] = 0
) -> None:
    """The job's events as JSON lines, until it ends."""
    with connected() as client:
        for event in client.jobs.events(job, after):
            Output(True).view(event)


@app.command("stop")
def stop(job: JobId, as_json: JsonFlag = False) -> None:
    """End it now and keep the best so far."""
    with connected() as client:
        Output(as_json).view(client.jobs.stop(job))


@app.command("cancel")
def cancel(job: JobId, as_json: JsonFlag = False) -> None:
    """End it now and discard everything."""
    with connected() as client:
        Output(as_json).view(client.jobs.cancel(job))


@app.command("extend")
def extend(
    job: JobId,
    time: Annotated[str, typer.Argument(metavar="TIME", help="How much longer: 60s, 5m.")],
    as_json: JsonFlag = False,
) -> None:
    """Give it more time; one that has ended is continued by a new job, which is printed."""
    longer = seconds(time)
    with connected() as client:
        Output(as_json).view(client.jobs.extend(job, longer))


@app.command("refit")
def refit(
    job: JobId,
    time: Annotated[str, typer.Argument(metavar="TIME", help="How long it may take at most: 60s, 5m.")] = "60s",
    as_json: JsonFlag = False,
) -> None:
    """Make the fast variant of its model: the best member alone, fitted again on all rows, by a new job."""
    most = seconds(time)
    with connected() as client:
        Output(as_json).view(client.jobs.refit(job, most))


@app.command("update")
def update(
    job: JobId,
    name: Annotated[str | None, typer.Option(help="Another name.")] = None,
    priority: Annotated[int | None, typer.Option(min=0, max=9, help="Higher starts earlier.")] = None,
    as_json: JsonFlag = False,
) -> None:
    """Another name or priority."""
    with connected() as client:
        Output(as_json).view(client.jobs.update(job, name=name, priority=priority))


@app.command("wait")
def wait(job: JobId, as_json: JsonFlag = False) -> None:
    """Until it has ended; prints it."""
    with connected() as client:
        ended = Job(client, client.jobs.get(job)).wait(quiet=as_json)
        Output(as_json).view(ended.view)


@app.command("delete")
def delete(job: JobId) -> None:
    """Remove an ended job."""
    with connected() as client:
        client.jobs.delete(job)
