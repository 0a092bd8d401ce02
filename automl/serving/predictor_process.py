"""A model loaded in a process of its own, for who must not be held up: rows in and answers out, by pipe."""

from __future__ import annotations

import json
import logging
import os
import subprocess
import threading
from collections.abc import Callable, Iterable
from typing import IO, Self

import pyarrow as pa

from automl.backends.compute.environment import module_command, worker_environment
from automl.core.columns import TableSchema
from automl.core.errors import AutomlError, CorruptDataError
from automl.datasets import pipe
from automl.datasets.request import error_from
from automl.serving.child import LOADED, PIECE, from_bytes, to_bytes

_log = logging.getLogger(__name__)
_MODULE = "automl.serving.child"
_LOG_BYTES = 4096


class PredictorLostError(Exception):
    """The process ended before it had answered."""


class PredictorProcess:
    """One child with one model; close it, or use it as a context manager. One thread asks; any may `kill`.

    package: the bytes of the model's package in pieces; digest: their SHA-256, as registered.
    Raises what reading `package` raises, CorruptDataError: it is not the registered one, or cannot be read;
    PredictorLostError: the process died.
    """

    def __init__(self, package: Iterable[bytes], digest: str, *, proba: bool) -> None:
        self._process = subprocess.Popen(
            module_command(_MODULE, str(os.getpid())),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            env=worker_environment(1),
            start_new_session=True,
        )
        self._log = b""
        self._reader = threading.Thread(target=self._keep_log, name="predictor-log", daemon=True)
        self._reader.start()
        try:
            self._send(pipe.REQUEST, json.dumps({"digest": digest, "proba": proba}).encode())
            for piece in package:
                self._send(PIECE, piece)
            self._send(LOADED, b"")
            known = json.loads(self._receive()[1])
        except BaseException:
            self.close()
            raise
        self.schema = TableSchema.model_validate(known["schema"])
        self.classes: tuple[str, ...] | None = None if known["classes"] is None else tuple(known["classes"])
        self.has_ranges = bool(known["ranges"])

    @property
    def pid(self) -> int:
        return self._process.pid

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *exc: object) -> None:
        self.close()

    def answers(self, rows: pa.RecordBatch, on_slice: Callable[[int], None]) -> pa.RecordBatch:
        """The answers to a batch, as `serving.answers.to_arrow` makes them. on_slice: gets the rows answered since.

        Raises PredictorLostError, InvalidInputError (names the column), and what `on_slice` raises.
        """
        self._send(pipe.BATCH, to_bytes(rows))
        while True:
            kind, body = self._receive()
            if kind == pipe.BATCH:
                return from_bytes(body)
            on_slice(json.loads(body))

    def kill(self) -> None:
        """End it now; who waits for an answer gets PredictorLostError."""
        self._process.kill()

    def close(self) -> None:
        """Leave no process behind."""
        self._process.kill()
        self._process.wait()
        self._reader.join(timeout=5.0)
        for stream in (self._process.stdin, self._process.stdout, self._process.stderr):
            _close(stream)

    def _send(self, kind: bytes, body: bytes) -> None:
        assert self._process.stdin is not None
        try:
            pipe.write_frame(self._process.stdin, kind, body)
            self._process.stdin.flush()
        except BrokenPipeError:
            # It may have said why before it ended; otherwise this raises.
            self._receive()
            raise self._lost() from None

    def _receive(self) -> tuple[bytes, bytes]:
        assert self._process.stdout is not None
        frame = pipe.read_frame(self._process.stdout)
        if frame is None:
            raise self._lost()
        if frame[0] == pipe.ERROR:
            raise _error(frame[1])
        return frame

    def _lost(self) -> PredictorLostError:
        code = self._process.wait()
        self._reader.join(timeout=5.0)
        _log.warning("a predicting process ended with %s: %s", code, self._log.decode("utf-8", "replace"))
        return PredictorLostError(f"The predicting process ended with {code}.")

    def _keep_log(self) -> None:
        assert self._process.stderr is not None
        for line in self._process.stderr:
            self._log = (self._log + line)[-_LOG_BYTES:]


def _error(body: bytes) -> AutomlError:
    said = json.loads(body)
    if said.get("kind") == CorruptDataError.__name__:
        return CorruptDataError(said["detail"], code=said["code"], hint=said["hint"])
    return error_from(said)


def _close(stream: IO[bytes] | None) -> None:
    try:
        if stream is not None:
            stream.close()
    except OSError:
        return  # unsent bytes of a process that is gone
