"""The process that predicts one batch job's rows: `python -m automl.serving.child PARENT`. It reaches no store.

It takes the model's package and then batches of rows from standard input and writes frames to standard output (the
frames of `datasets.pipe`): SCHEMA once the model is loaded; for each BATCH any number of PROGRESS and one BATCH of
answers, or one ERROR.
"""

from __future__ import annotations

import hashlib
import json
import os
import sys
from typing import BinaryIO

import pyarrow as pa
from pyarrow import ipc

from automl.backends.compute.lifelines import die_with_parent
from automl.core.errors import AutomlError, CorruptDataError
from automl.datasets import pipe
from automl.datasets.request import error_bytes
from automl.registry.package import read_package
from automl.serving.answers import answered, to_arrow
from automl.serving.predictor import Predictor

#: Frames of the parent beside REQUEST (digest and proba as JSON) and BATCH: a piece of the package, and its end.
PIECE, LOADED = b"K", b"L"


def main() -> int:
    """Answer until the parent has no more rows; 0: all was answered."""
    die_with_parent(int(sys.argv[1]))
    # What a library prints must not get between frames.
    answers = os.fdopen(os.dup(1), "wb", buffering=1 << 20)
    os.dup2(2, 1)
    try:
        _serve(sys.stdin.buffer, answers)
    except AutomlError as error:
        pipe.write_frame(answers, pipe.ERROR, error_bytes(error))
    except BrokenPipeError:
        return 3
    answers.flush()
    return 0


def to_bytes(batch: pa.RecordBatch) -> bytes:
    """A batch with its schema."""
    sink = pa.BufferOutputStream()
    with ipc.new_stream(sink, batch.schema) as writer:
        writer.write_batch(batch)
    data: bytes = sink.getvalue().to_pybytes()
    return data


def from_bytes(data: bytes) -> pa.RecordBatch:
    """The inverse of `to_bytes`."""
    return ipc.open_stream(data).read_next_batch()


def _serve(rows: BinaryIO, answers: BinaryIO) -> None:
    first = pipe.read_frame(rows)
    if first is None:
        return
    request = json.loads(first[1])
    predictor = _load(rows, request["digest"])
    known = {
        "schema": predictor.schema.model_dump(mode="json"),
        "classes": predictor.manifest.classes,
        "ranges": predictor.manifest.adjustment.interval is not None,
    }
    pipe.write_frame(answers, pipe.SCHEMA, json.dumps(known).encode())
    answers.flush()

    def told(count: int) -> None:
        pipe.write_frame(answers, pipe.PROGRESS, json.dumps(count).encode())
        answers.flush()

    while (frame := pipe.read_frame(rows)) is not None:
        whole, handled = answered(predictor, from_bytes(frame[1]), told)
        pipe.write_frame(answers, pipe.BATCH, to_bytes(to_arrow(whole, handled, proba=request["proba"])))
        answers.flush()


def _load(rows: BinaryIO, digest: str) -> Predictor:
    pieces: list[bytes] = []
    while (frame := pipe.read_frame(rows)) is not None and frame[0] == PIECE:
        pieces.append(frame[1])
    package = b"".join(pieces)
    if hashlib.sha256(package).hexdigest() != digest:
        raise CorruptDataError("The stored package of this model is not the one that was registered.")
    return Predictor.from_package(read_package(package))


if __name__ == "__main__":
    sys.exit(main())
