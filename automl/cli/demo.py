"""`automl demo`: the whole way from a file to predictions, on a service of its own, ending clean."""

from __future__ import annotations

import contextlib
import csv
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Annotated

import typer

from automl.cli.connecting import page_address
from automl.cli.fit import show_leaderboard
from automl.cli.output import JsonFlag, Output
from automl.cli.places import check_wishes
from automl.client import local
from automl.client.client import Client
from automl.client.fit import fit as fit_job
from automl.datasets.examples import example

SHOWN_ROWS = 3


def demo(
    budget: Annotated[str, typer.Option(help="How long to train.")] = "30s",
    home: Annotated[
        Path | None, typer.Option(help="Keep the service's data here; a temporary folder otherwise.")
    ] = None,
    as_json: JsonFlag = False,
) -> None:
    """Upload the Titanic example, train, show leaderboard, scores and three predictions."""
    output = Output(as_json, quiet=as_json)
    check_wishes({}, budget)
    began = time.monotonic()
    with tempfile.TemporaryDirectory(prefix="automl-demo-") as scratch:
        folder = home or Path(scratch)
        output.say("who survived the Titanic?", label="automl demo:", style="bold")
        with _own_service(folder) as client:
            started_s = time.monotonic() - began
            output.say(f"service    {client.url}  ({started_s:.1f} s to start), data in {folder}")
            result = _train(client, output, budget)
            info = client.system.info()
            # FastAPI takes a while to load; no other command needs it.
            from automl.api.page import BUILT

            if (BUILT / "index.html").exists():
                output.say(f"page       {page_address(client)}   (while the service runs)")
            output.say(f"API        {client.url}/docs   Ray dashboard {info.get('ray_dashboard') or 'off'}")
        result |= {"start_s": round(started_s, 2), "total_s": round(time.monotonic() - began, 2)}
        output.say(f"Done in {result['total_s']:.1f} s; the service has ended. Start your own: automl serve --open")
        if as_json:
            output.data(result)


@contextlib.contextmanager
def _own_service(home: Path) -> Iterator[Client]:
    """A client of this home's service, whatever AUTOML_URL says, which ends with the block: nothing may be left."""
    with local.presence(home):
        service, _ = local.ensure(home)
        try:
            with Client(service.url, local.read_key(home), home=home, quiet=True) as client:
                yield client
        finally:
            if service.on_demand:
                local.end(service)


def _train(client: Client, output: Output, budget: str) -> dict[str, object]:
    table = example("titanic")
    dataset = client.upload(table.path, name=table.name)
    output.say(
        f"dataset    {dataset.id}: {dataset.rows} rows, {dataset.columns} columns, read in {dataset.ingest_s:.2f} s"
    )
    for warning in dataset.warnings[:3]:
        place = f"{warning['column']}: " if warning.get("column") else ""
        output.say(f"           {place}{warning.get('message', '')}", style="dim")
    job = fit_job(
        dataset.id, table.target, metric=table.metric, budget=budget, test=table.test_path, wait=False, client=client
    )
    output.say(f"job        {job.id}: {table.target}, {table.metric}, {budget}")
    job.wait(quiet=output.quiet)
    show_leaderboard(job, output)
    view = job.view
    output.say(
        f"out-of-fold {view.metric} {view.score:.4f}, held-out {view.metric} {view.test_score or float('nan'):.4f} "
        f"({view.progress.trials} models, {view.progress.folds} folds, job_s {view.times.job_s:.1f})"
    )
    assert table.test_path is not None
    with table.test_path.open(newline="") as file:
        rows = [dict(row) for _, row in zip(range(SHOWN_ROWS), csv.DictReader(file), strict=False)]
    truth = [row.pop(table.target) for row in rows]
    answers = job.model.predict([{name: value or None for name, value in row.items()} for row in rows])
    output.table(
        ("Name", "predicted", "true"),
        [(row["Name"], answer, true) for row, answer, true in zip(rows, answers, truth, strict=True)],
        to_stderr=True,
    )
    return {
        "job_id": view.id,
        "score": view.score,
        "test_score": view.test_score,
        "metric": view.metric,
        "trials": view.progress.trials,
        "folds": view.progress.folds,
        "job_s": view.times.job_s,
        "ingest_s": view.times.ingest_s,
        "queue_s": view.times.queue_s,
    }
