"""`automl fit`: a file and a column in, one JSON object out."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any, cast

import typer

from automl.cli.connecting import connected
from automl.cli.output import JsonFlag, Output, QuietFlag
from automl.cli.places import check_data, check_folder, check_wishes
from automl.client.client import Client
from automl.client.fit import fit as fit_job
from automl.client.fit import split_of
from automl.client.handles import Job
from automl.core.spec import Preset
from automl.core.views import JobView


def fit(
    file: Annotated[str, typer.Argument(metavar="FILE", help="A table, or the id of a dataset.")],
    target: Annotated[str | None, typer.Option(help="The column to predict.")] = None,
    task: Annotated[str, typer.Option(help="auto, binary, multiclass or regression.")] = "auto",
    metric: Annotated[str | None, typer.Option(help="What to optimise, such as roc_auc, log_loss, rmse.")] = None,
    budget: Annotated[str, typer.Option(help="Time from admission to the end: 60s, 5m, 1h.")] = "5m",
    preset: Annotated[
        str, typer.Option(help="balanced: the ensemble; fast: its best model alone, fitted again on all rows.")
    ] = "balanced",
    seed: Annotated[int, typer.Option(help="Seed of folds and models.")] = 0,
    families: Annotated[str | None, typer.Option(help="Only these, comma-separated.")] = None,
    exclude: Annotated[str | None, typer.Option(help="Columns not to learn from, comma-separated.")] = None,
    test: Annotated[str | None, typer.Option(metavar="FILE", help="Held-out rows, scored at the end alone.")] = None,
    split: Annotated[
        str, typer.Option(help="How validation rows are chosen: auto, random, group:COLUMN, time:COLUMN, fold:COLUMN.")
    ] = "auto",
    model: Annotated[str | None, typer.Option(help="Id or name of a model; the result is its next version.")] = None,
    out: Annotated[Path | None, typer.Option(metavar="DIR", help="Write the model to this folder.")] = None,
    as_json: JsonFlag = False,
    quiet: QuietFlag = False,
) -> None:
    """Find the best model for one column of FILE within the budget."""
    output = Output(as_json, quiet or as_json)
    check_data(file)
    if test is not None:
        check_data(test)
    if out is not None:
        check_folder(out)
    wishes = {"model": model, "target": target, "task": task, "metric": metric, "seed": seed, "split": split_of(split)}
    check_wishes(wishes | {"preset": preset, "families": names(families), "exclude": names(exclude)}, budget)
    with connected(output.quiet) as client:
        job = fit_job(
            file,
            target,
            task=task,
            metric=metric,
            budget=budget,
            preset=cast(Preset, preset),  # checked above
            seed=seed,
            families=names(families),
            exclude=names(exclude) or (),
            test=test,
            split=split,
            model=model,
            wait=False,
            client=client,
        )
        output.say(f"job {job.id}")
        job.wait(quiet=output.quiet)
        show_leaderboard(job, output)
        if job.view.variant_reason is not None:
            output.say(job.view.variant_reason)
        if out is not None:
            write_model(client, job, out)
        output.data(summary(job.view, out))


def names(text: str | None) -> list[str] | None:
    """The parts of a comma-separated option; None when it was not given."""
    return None if text is None else [part.strip() for part in text.split(",") if part.strip()]


def summary(view: JobView, out: Path | None) -> dict[str, Any]:
    """What `fit` prints."""
    return {
        "job_id": view.id,
        "state": str(view.state),
        "task": view.task,
        "metric": view.metric,
        "score": view.score,
        "score_std": view.score_std,
        "test_score": view.test_score,
        "greater_is_better": view.greater_is_better,
        "ingest_s": view.times.ingest_s,
        "queue_s": view.times.queue_s,
        "job_s": view.times.job_s,
        "wall_s": view.times.wall_s,
        "lost_s": view.times.lost_s,
        "variant": view.variant,
        "trials": view.progress.trials,
        "folds": view.progress.folds,
        "model": f"{view.model_id}@{view.model_version}" if view.model_id else None,
        "warnings": view.warnings,
        "out": None if out is None else str(out),
    }


def show_leaderboard(job: Job, output: Output, most: int = 12) -> None:
    """The best rows, and how many more there are."""
    rows = job.leaderboard()
    columns = ("#", "model", job.view.metric or "score", "±", "folds", "weight", "fit s", "state", "why")
    shown = [
        (
            row.rank,
            row.name,
            row.score,
            row.score_std,
            row.folds,
            row.weight or None,
            row.fit_s or None,
            str(row.state),
            row.reason,
        )
        for row in rows[:most]
    ]
    output.table(columns, shown, to_stderr=True)
    if len(rows) > most:
        output.say(f"… and {len(rows) - most} more: automl jobs leaderboard {job.id}", style="dim")


def write_model(client: Client, job: Job, out: Path) -> None:
    """The model's package as a folder, every file checked against its hash."""
    # Reading packages needs numpy; the other commands start faster without it.
    from automl.registry.package import unpack_folder

    unpack_folder(client.models.download(f"{job.model.id}@{job.model.version}"), out)
