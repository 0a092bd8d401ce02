"""`automl predict`: a model and a file in, a CSV out, rows in input order."""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path
from typing import Annotated

import typer

from automl.cli.connecting import connected
from automl.cli.output import Output, QuietFlag
from automl.cli.places import check_file, written
from automl.core.errors import NotFoundError


def predict(
    model: Annotated[str, typer.Argument(metavar="MODEL", help="An id, name@alias, or a folder written by --out.")],
    file: Annotated[Path, typer.Argument(metavar="FILE", help="Rows to predict; columns by name, in any order.")],
    out: Annotated[Path | None, typer.Option("--out", "-o", help="Write here instead of standard output.")] = None,
    proba: Annotated[bool, typer.Option("--proba", help="Also one column proba_<class> for each class.")] = False,
    quiet: QuietFlag = False,
) -> None:
    """Predict every row of FILE: column `prediction`, rows in input order."""
    # Models are read and run in this process; the other commands start faster without these packages.
    from automl.bootstrap.local import predict_file
    from automl.registry.package import unpack_folder

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
    with tempfile.TemporaryDirectory() as scratch:
        if not folder.is_dir():
            folder = Path(scratch) / "model"
            with connected(quiet) as client:
                unpack_folder(client.models.download(model), folder)
        if out is None:
            warnings = predict_file(folder, file, sys.stdout.buffer, proba=proba)
        else:
            with written(out) as target:
                warnings = predict_file(folder, file, target, proba=proba)
    for warning in warnings:
        output.note(warning)
