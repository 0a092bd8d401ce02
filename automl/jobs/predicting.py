"""Prediction jobs: a dataset's file is read by the model's own schema and answered chunk by chunk.

Two child processes do the work, one reads the file and one holds the model; this side moves bytes. The chunks of
answers are blobs that are never made twice: who takes a job over goes on behind the last one.
"""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pyarrow as pa

from automl.backends.blobs.base import BlobKey, Blobs
from automl.core.clock import Clock
from automl.core.errors import AutomlError, InvalidInputError, NotFoundError
from automl.core.metrics import Metrics
from automl.core.spec import ReadOptions
from automl.core.states import JobState
from automl.core.views import ModelVersionView
from automl.datasets.limits import ReadLimits
from automl.datasets.reading import ReaderKilledError, ReadOutcome, read_table
from automl.datasets.service import Datasets
from automl.datasets.uploads import DatasetRecord
from automl.jobs.aggregate import JobRecord, fitting_texts
from automl.jobs.pool import InHand, Outcome
from automl.registry.models import Models
from automl.registry.versions import package_blob
from automl.serving.answers import Handled, columns_of, handled_of
from automl.serving.predictor_process import PredictorLostError, PredictorProcess
from automl.serving.stored import AnswersManifest, AnswersWriter, StoredAnswers, delete_answers

# A process that dies is most often killed for want of memory, which may pass.
_PROCESSES = 3
_SENTENCE, _WARNING_BYTES = 500, 12 * 1024


class Predicting:
    """What a pool does for a prediction job."""

    noun = "predicting"
    lost_code = "predict_lost"
    defect = "The rows could not be predicted because of a defect on our side."

    def __init__(
        self, blobs: Blobs, datasets: Datasets, models: Models, clock: Clock, metrics: Metrics, read: ReadLimits
    ) -> None:
        self._blobs = blobs
        self._datasets = datasets
        self._models = models
        self._clock = clock
        self._metrics = metrics
        self._read = replace(read, min_rows=0)

    def do(self, hand: InHand) -> Outcome:
        """Predict every row. UnavailableError and what reading the file raises; a model or dataset that is deleted
        meanwhile fails the job."""
        for attempt in range(1, _PROCESSES + 1):
            try:
                return _outcome(self._whole(hand))
            except (PredictorLostError, ReaderKilledError) as error:
                hand.check()
                if attempt == _PROCESSES:
                    raise AutomlError(
                        f"The process that predicts died {_PROCESSES} times. {error}",
                        code="predict_process_died",
                        hint="It may need more memory than there is; look at the service's log.",
                    ) from error
            except NotFoundError:
                # Something is missing: is it because its owner took it away?
                self._check_there(hand.record)
                raise
        raise AssertionError("the last attempt returns or raises")

    def discard(self, record: JobRecord) -> None:
        """Take all chunks away. Raises what the store raises."""
        delete_answers(self._blobs, record.tenant, record.id)

    # --- inside -------------------------------------------------------------------------------------------------
    def _whole(self, hand: InHand) -> AnswersManifest:
        record = hand.record
        with contextlib.suppress(NotFoundError):
            # An earlier attempt was cut short at its very end.
            return StoredAnswers.open(self._blobs, record.tenant, record.id).manifest
        version, dataset = self._check_there(record)
        package = self._blobs.read(BlobKey(record.tenant, package_blob(version.job_id)))
        hand.told({"step": "loading the model", "fraction": 0.0, "rows": 0, "rows_total": dataset.rows})
        model = PredictorProcess(package, version.digest, proba=record.spec["proba"])
        with model, hand.stopping(model.kill):
            return self._answer(hand, model, dataset)

    def _answer(self, hand: InHand, model: PredictorProcess, dataset: DatasetRecord) -> AnswersManifest:
        record = hand.record
        writer = AnswersWriter(self._blobs, record.tenant, record.id)
        course = _Course(hand, self._clock, dataset.rows)
        met = Handled()

        def on_batch(rows: pa.RecordBatch) -> None:
            nonlocal met
            done = writer.take(rows.num_rows)
            if done is None:
                self._check_there(record)
                done = writer.add(model.answers(rows, course.predicted))
                self._metrics.inc("automl_predictions_total", {"result": "ok"}, by=rows.num_rows)
            else:
                course.found(rows.num_rows)
            met = met.plus(handled_of(done))

        outcome = read_table(
            self._source(record),
            filename=dataset.filename,
            options=ReadOptions.model_validate(dataset.options),
            limits=self._read,
            on_batch=on_batch,
            on_progress=lambda done, total: course.reading(),
            schema=model.schema,
        )
        self._check_there(record)
        hand.check()
        return writer.finish(
            AnswersManifest(
                columns=columns_of(model.classes, proba=record.spec["proba"], ranges=model.has_ranges),
                is_label=model.classes is not None,
                chunks=(),
                warnings=_warnings(met, outcome),
                unseen=dict(met.most()),
            )
        )

    def _source(self, record: JobRecord) -> Iterator[bytes]:
        assert record.dataset_id is not None
        return self._datasets.raw(record.tenant, record.dataset_id)

    def _check_there(self, record: JobRecord) -> tuple[ModelVersionView, DatasetRecord]:
        spec = record.spec
        assert record.dataset_id is not None
        try:
            version = self._models.version(record.tenant, spec["model_id"], spec["version"])
        except NotFoundError as error:
            raise InvalidInputError(
                "The model was deleted before all rows were predicted.",
                code="model_deleted",
                hint="Predict with another model.",
            ) from error
        try:
            return version, self._datasets.record(record.tenant, record.dataset_id)
        except NotFoundError as error:
            raise InvalidInputError(
                "The dataset was deleted before all rows were predicted.",
                code="dataset_deleted",
                hint="Upload the rows again.",
            ) from error


class _Course:
    """How far a prediction is, told as it goes on."""

    def __init__(self, hand: InHand, clock: Clock, total: int | None) -> None:
        self._hand = hand
        self._clock = clock
        self._total = total
        self._rows = self._predicted = 0
        self._began: float | None = None

    def reading(self) -> None:
        """The file is being read."""
        if self._rows == 0:
            self._tell("reading", None)
        self._hand.check()

    def found(self, rows: int) -> None:
        """Rows that an earlier attempt has answered."""
        self._rows += rows
        self._tell("predicting", None)

    def predicted(self, rows: int) -> None:
        """Rows answered now."""
        now = self._clock.monotonic()
        self._rows += rows
        if self._began is None:
            # The first ones also paid for what is made once.
            self._began = now
        else:
            self._predicted += rows
        left = max(0, (self._total or 0) - self._rows)
        spent = now - self._began
        self._tell("predicting", left * spent / self._predicted if self._predicted else None)

    def _tell(self, step: str, eta_s: float | None) -> None:
        fraction = min(1.0, self._rows / self._total) if self._total else 0.0
        body: dict[str, Any] = {"step": step, "fraction": fraction, "rows": self._rows, "rows_total": self._total}
        self._hand.told(body | {"eta_s": eta_s})


def _warnings(met: Handled, outcome: ReadOutcome) -> tuple[str, ...]:
    said = [*met.sentences(), *(finding.sentence() for finding in outcome.findings if finding.level == "warn")]
    return fitting_texts((each[:_SENTENCE] for each in said), _WARNING_BYTES)


def _outcome(manifest: AnswersManifest) -> Outcome:
    result = {"rows": manifest.rows, "chunks": len(manifest.chunks), "size_bytes": manifest.size_bytes}
    return Outcome(JobState.SUCCEEDED, result=result | {"unseen": manifest.unseen}, warnings=manifest.warnings)
