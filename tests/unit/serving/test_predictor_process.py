"""A model in a process of its own: it answers, says what is wrong, and leaves nothing behind."""

import hashlib
import os
import signal
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest

from automl.core.errors import CorruptDataError, InvalidInputError
from automl.registry.package import read_package
from automl.serving.answers import answered, to_arrow
from automl.serving.predictor import Predictor
from automl.serving.predictor_process import PredictorLostError, PredictorProcess


@pytest.fixture(scope="module")
def process(train: Callable[..., Any]) -> Iterator[PredictorProcess]:
    data: bytes = train().package
    with PredictorProcess(pieces(data), hashlib.sha256(data).hexdigest(), proba=True) as made:
        yield made


def pieces(data: bytes) -> Iterator[bytes]:
    yield from (data[start : start + 10_000] for start in range(0, len(data), 10_000))


def batch(train: Any) -> pa.RecordBatch:
    return train().table.combine_chunks().to_batches()[0]


def test_it_answers_as_this_process_would(process: PredictorProcess, train: Any) -> None:
    told: list[int] = []
    predictor = Predictor.from_package(read_package(train().package))
    expected = to_arrow(*answered(predictor, batch(train)), proba=True)
    for _ in range(2):
        assert process.answers(batch(train), told.append).equals(expected)
    assert told == [150, 150]
    assert (process.schema, process.classes) == (predictor.schema, ("no", "yes"))


def test_a_package_that_is_another_one() -> None:
    with pytest.raises(CorruptDataError, match="registered"):
        PredictorProcess(iter([b"not it"]), "0" * 64, proba=False)


def test_a_package_that_is_none() -> None:
    with pytest.raises(CorruptDataError):
        PredictorProcess(iter([b"no zip"]), hashlib.sha256(b"no zip").hexdigest(), proba=False)


def test_what_the_source_raises_comes_through() -> None:
    def source() -> Iterator[bytes]:
        yield b"a piece"
        raise InvalidInputError("gone")

    with pytest.raises(InvalidInputError, match="gone"):
        PredictorProcess(source(), "0" * 64, proba=False)


def test_rows_that_it_cannot_take(train: Any) -> None:
    data: bytes = train().package
    with PredictorProcess(pieces(data), hashlib.sha256(data).hexdigest(), proba=False) as made:
        with pytest.raises(InvalidInputError) as caught:
            made.answers(pa.record_batch({"size": [1.0]}), lambda rows: None)
        assert caught.value.code == "missing_columns"


def test_one_that_is_killed_is_lost_and_gone(train: Any) -> None:
    data: bytes = train().package
    with PredictorProcess(pieces(data), hashlib.sha256(data).hexdigest(), proba=False) as made:
        os.kill(made.pid, signal.SIGKILL)
        with pytest.raises(PredictorLostError):
            made.answers(batch(train), lambda rows: None)
        made.kill()
    assert not Path(f"/proc/{made.pid}").exists()
