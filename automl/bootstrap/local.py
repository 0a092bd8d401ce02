"""Predicting a file with a model folder, without any service."""

from __future__ import annotations

from pathlib import Path
from typing import BinaryIO

import pyarrow as pa
from threadpoolctl import threadpool_limits

from automl.core.spec import ReadOptions
from automl.datasets.limits import ReadLimits
from automl.datasets.reading import read_table
from automl.registry.package import read_package
from automl.serving.answers import Handled, answered
from automl.serving.export import CsvWriter
from automl.serving.predictor import Predictor

_READ_BYTES = 1024 * 1024


def predict_file(folder: Path, file: Path, target: BinaryIO, *, proba: bool) -> list[str]:
    """Write predictions of every row as CSV, in input order; returns warnings, each once.

    Raises CorruptDataError (the model), DatasetRejectedError and InvalidInputError (the file; names the place).
    """
    predictor = Predictor.from_package(read_package(folder))
    writer = CsvWriter(target, proba=proba)
    met = Handled()

    def on_batch(batch: pa.RecordBatch) -> None:
        nonlocal met
        answers, handled = answered(predictor, batch)
        writer.add(answers)
        met = met.plus(handled)

    # One thread, as in the service's batch jobs: how a product is cut among threads shows in its last bits.
    with file.open("rb") as source, threadpool_limits(limits=1):
        outcome = read_table(
            iter(lambda: source.read(_READ_BYTES), b""),
            filename=file.name,
            options=ReadOptions(),
            limits=ReadLimits(min_rows=0),
            on_batch=on_batch,
            schema=predictor.schema,
        )
    writer.close()
    return [*met.sentences(), *(finding.sentence() for finding in outcome.findings if finding.level == "warn")]
