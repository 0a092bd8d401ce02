"""`automl predict`: a model and a file in, a CSV out, rows in input order."""

from __future__ import annotations

import shutil
import sys
import tempfile
from pathlib import Path
from typing import Annotated, BinaryIO

import typer

from automl.cli.connecting import connected
from automl.cli.output import Output, QuietFlag
from automl.cli.places import check_file, written
from automl.client import flows
from automl.client.client import Client
from automl.client.prediction import Prediction
from automl.client.sources import source_of
from automl.core.errors import AutomlError, DatasetRejectedError, NotFoundError

# Larger files are predicted by the service of a model that it keeps: it has the memory, and goes on after a crash.
BY_JOB_BYTES = 8 * 1024 * 1024


def predict(
    model: Annotated[str, typer.Argument(metavar="MODEL", help="An id, name@alias, or a folder written by --out.")],
    file: Annotated[Path, typer.Argument(metavar="FILE", help="Rows to predict; columns by name, in any order.")],
    out: Annotated[Path | None, typer.Option("--out", "-o", help="Write here instead of standard output.")] = None,
    proba: Annotated[bool, typer.Option("--proba", help="Also one column proba_<class> for each class.")] = False,
    quiet: QuietFlag = False,
) -> None:
    """Predict every row of FILE: column `prediction`, rows in input order.

    A file of more than 8 MB is predicted by a job of the service, unless MODEL is a folder; the bytes are the same.
    """
    output = Output(quiet=quiet)
    if not file.is_file():
        raise NotFoundError(f"There is no file {str(file)!r}.", code="file_not_found", hint="Check the path.")
    if out is not None:
        check_file(out)
    folder = Path(model)
    if not folder.is_dir() and folder.name != model:
        # An id or a name has no slash: do not start a service to ask it for a path.
        raise NotFoundError(
            f"There is no folder {model!r}.", code="model_not_found", hint="Check the path, or name a model by its id."
        )
    if out is None:
        warnings = _predicted(model, file, sys.stdout.buffer, proba=proba, quiet=quiet)
    else:
        with written(out) as target:
            warnings = _predicted(model, file, target, proba=proba, quiet=quiet)
    for warning in warnings:
        output.note(warning)


def _predicted(model: str, file: Path, target: BinaryIO, *, proba: bool, quiet: bool) -> list[str]:
    if Path(model).is_dir():
        return _here(Path(model), file, target, proba=proba)
    with connected(quiet) as client, tempfile.TemporaryDirectory() as scratch:
        if file.stat().st_size > BY_JOB_BYTES:
            try:
                return _by_job(client, model, file, target, proba=proba, quiet=quiet)
            except DatasetRejectedError:
                # What the service cannot take as a table may still be rows that the model understands.
                pass
        from automl.registry.package import unpack_folder

        folder = Path(scratch) / "model"
        unpack_folder(client.models.download(model), folder)
        return _here(folder, file, target, proba=proba)


def _here(folder: Path, file: Path, target: BinaryIO, *, proba: bool) -> list[str]:
    # Models are read and run in this process; the other commands start faster without these packages.
    from automl.bootstrap.local import predict_file

    return predict_file(folder, file, target, proba=proba)


def _by_job(client: Client, model: str, file: Path, target: BinaryIO, *, proba: bool, quiet: bool) -> list[str]:
    client.models.get(model)  # before many bytes are sent for nothing
    source = source_of(file)
    # Nobody asked to keep rows and answers: they go when the answers are here.
    dataset = client.run(flows.upload(source.parts(), source.name, source.filename, None))
    try:
        client.run(flows.wait_ready(dataset.id))
        prediction = Prediction(client, client.predictions.create(model, dataset.id, proba=proba))
        try:
            prediction.wait(quiet)
            with tempfile.TemporaryFile() as answers:
                client.predictions.save(prediction.id, answers)
                answers.seek(0)
                shutil.copyfileobj(answers, target)
            return prediction.view.warnings
        finally:
            prediction.discard()
    finally:
        _remove(client, dataset.id)


def _remove(client: Client, dataset_id: str) -> None:
    try:
        client.datasets.delete(dataset_id)
    except AutomlError as error:
        Output().note(f"The uploaded rows are still there as the dataset {dataset_id}: {error.detail}")
