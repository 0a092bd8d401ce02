"""What the child does once its limits hold: store, open, judge, deliver."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any, BinaryIO

import pyarrow as pa

from automl.core.errors import TooLargeError
from automl.datasets import pipe
from automl.datasets.intake import take
from automl.datasets.judging import arrow_schema, check, deliver, follow, judge
from automl.datasets.kinds import compare_name
from automl.datasets.opening import open_table
from automl.datasets.request import ReadRequest

_PROGRESS_STEP = 16 * 1024**2


def read(chunks: Iterator[bytes], request: ReadRequest, folder: Path, answers: BinaryIO) -> dict[str, Any]:
    """Read one file and write its typed batches as frames; returns the outcome as JSON values.

    Raises what `take`, `open_table`, `judge` and `deliver` raise, and TooLargeError (`output_too_large`).
    """
    limits, options = request.limits, request.options
    content = take(chunks, folder, limits)
    known = request.schema.names if request.schema is not None else ()
    reader = open_table(content, options, limits, folder, known)
    progress = _Progress(answers)
    if request.schema is None:
        plan, rows = judge(reader, options, limits, folder, progress)
    else:
        plan = follow(reader, request.schema, options, request.optional)
        rows = check(reader, plan, progress)
    schema = arrow_schema(plan.schema)
    pipe.write_frame(answers, pipe.SCHEMA, schema.serialize().to_pybytes())
    sent = 0

    def emit(batch: pa.RecordBatch) -> None:
        nonlocal sent
        sent += pipe.write_frame(answers, pipe.BATCH, memoryview(batch.serialize()))
        if sent > limits.output_bytes:
            raise TooLargeError(
                f"The table has more than {limits.output_bytes:,} bytes.",
                code="output_too_large",
                hint="Send fewer rows or columns.",
            )

    profile, late = deliver(reader, plan, emit, progress)
    findings = [*compare_name(request.filename, content.kind), *plan.findings, *late]
    dialect = dict(reader.dialect)
    if content.packed:
        dialect["packed"] = content.packed
    return {
        "schema": plan.schema.model_dump(mode="json"),
        "rows": rows,
        "findings": [finding.to_json() for finding in findings],
        "dialect": dialect,
        "profile": profile,
    }


class _Progress:
    """Tells bytes done of all, at most once for each 16 MiB."""

    def __init__(self, answers: BinaryIO) -> None:
        self._answers = answers
        self._told = 0

    def __call__(self, done: int, size: int) -> None:
        if done - self._told < _PROGRESS_STEP:
            return
        self._told = done
        pipe.write_frame(self._answers, pipe.PROGRESS, json.dumps([done, size]).encode())
        self._answers.flush()
