"""`automl jobs …`: jobs of the service."""

from __future__ import annotations

from typing import Annotated

import typer

from automl.cli.connecting import connected
from automl.cli.fit import show_leaderboard
from automl.cli.output import CursorOption, JsonFlag, LimitOption, Output
from automl.client.handles import Job
from automl.core.spec import seconds

app = typer.Typer(no_args_is_help=True)
_COLUMNS = ("id", "state", "name", "target", "task", "metric", "score", "created_at")
JobId = Annotated[str, typer.Argument(metavar="JOB")]


@app.command("list")
def list_(limit: LimitOption = 50, cursor: CursorOption = None, as_json: JsonFlag = False) -> None:
    """Jobs, newest first."""
    with connected() as client:
        page = client.jobs.list(cursor, limit)
        items = [item.model_dump(mode="json") for item in page.items]
        Output(as_json).listing(_COLUMNS, items, cursor=page.cursor)


@app.command("show")
def show(job: JobId, as_json: JsonFlag = False) -> None:
    """One job with its times."""
    with connected() as client:
        Output(as_json).data(client.jobs.get(job).model_dump(mode="json"))


@app.command("leaderboard")
def leaderboard(job: JobId, as_json: JsonFlag = False) -> None:
    """Every configuration tried, best first."""
    with connected() as client:
        if as_json:
            Output(True).data({"items": [row.model_dump(mode="json") for row in client.jobs.leaderboard(job)]})
        else:
            show_leaderboard(Job(client, client.jobs.get(job)), Output(), most=10_000)


@app.command("events")
def events(
    job: JobId, after: Annotated[int, typer.Option(min=0, help="Only those behind the event of this number.")] = 0
) -> None:
    """The job's events as JSON lines, until it ends."""
    with connected() as client:
        for event in client.jobs.events(job, after):
            Output(True).data(event.model_dump(mode="json"))


@app.command("stop")
def stop(job: JobId, as_json: JsonFlag = False) -> None:
    """End it now and keep the best so far."""
    with connected() as client:
        Output(as_json).data(client.jobs.stop(job).model_dump(mode="json"))


@app.command("cancel")
def cancel(job: JobId, as_json: JsonFlag = False) -> None:
    """End it now and discard everything."""
    with connected() as client:
        Output(as_json).data(client.jobs.cancel(job).model_dump(mode="json"))


@app.command("extend")
def extend(
    job: JobId,
    time: Annotated[str, typer.Argument(metavar="TIME", help="How much longer: 60s, 5m.")],
    as_json: JsonFlag = False,
) -> None:
    """Give it more time; one that has ended is continued by a new job, which is printed."""
    longer = seconds(time)
    with connected() as client:
        Output(as_json).data(client.jobs.extend(job, longer).model_dump(mode="json"))


@app.command("update")
def update(
    job: JobId,
    name: Annotated[str | None, typer.Option(help="Another name.")] = None,
    priority: Annotated[int | None, typer.Option(min=0, max=9, help="Higher starts earlier.")] = None,
    as_json: JsonFlag = False,
) -> None:
    """Another name or priority."""
    with connected() as client:
        Output(as_json).data(client.jobs.update(job, name=name, priority=priority).model_dump(mode="json"))


@app.command("wait")
def wait(job: JobId, as_json: JsonFlag = False) -> None:
    """Until it has ended; prints it."""
    with connected() as client:
        ended = Job(client, client.jobs.get(job)).wait(quiet=as_json)
        Output(as_json).data(ended.view.model_dump(mode="json"))


@app.command("delete")
def delete(job: JobId) -> None:
    """Remove an ended job."""
    with connected() as client:
        client.jobs.delete(job)
