"""From raw bytes to typed batches: a child process under limits does the parsing, this side only talks to it."""

from __future__ import annotations

import json
import logging
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

import pyarrow as pa
from pyarrow import ipc

from automl.core.columns import TableSchema
from automl.core.errors import AutomlError, DatasetRejectedError, TooLargeError
from automl.core.spec import ReadOptions
from automl.datasets import pipe
from automl.datasets.findings import Finding
from automl.datasets.limits import ReadLimits
from automl.datasets.reading_folder import reading_folder
from automl.datasets.request import ReadRequest, error_from

_LOG = logging.getLogger(__name__)
_ROOT = Path(__file__).resolve().parents[2]
_MODULE = "automl.datasets.child"
_LOG_BYTES = 4096
_PATIENCE_S = 5.0
# Signals by which a child dies of the memory it was given: an allocator that gives up.
_MEMORY_SIGNALS = (signal.SIGABRT, signal.SIGSEGV, signal.SIGBUS)


class ReaderKilledError(TooLargeError):
    """The process that reads was ended from outside: by a system without memory, or by somebody. To read again may do;
    when it happens each time, the sentence stands."""


@dataclass(frozen=True)
class ReadOutcome:
    """What a file turned out to be.

    dialect: how it was read (kind, encoding, delimiter, sheet, …). profile: `rows` and `columns`, per column missing,
    distinct, min, max, mean, std, quantiles, histogram or top values.
    """

    schema: TableSchema
    rows: int
    findings: tuple[Finding, ...]
    dialect: Mapping[str, Any]
    profile: Mapping[str, Any]


def read_table(
    source: Iterable[bytes],
    *,
    filename: str | None,
    options: ReadOptions,
    limits: ReadLimits,
    on_batch: Callable[[pa.RecordBatch], None],
    on_progress: Callable[[int, int | None], None] | None = None,
    schema: TableSchema | None = None,
    optional: Iterable[str] = (),
) -> ReadOutcome:
    """Read any supported file into typed batches of at most 65,536 rows, in file order.

    `on_batch` is called only after the whole file was judged. `on_progress` gets bytes done and bytes in all.
    schema: read by it: columns by name, in its order and types, no minimum of rows; `optional` names columns of it
    that the file may lack.
    Raises DatasetRejectedError, UnsupportedFormatError and TooLargeError with the codes of the bad-input table;
    InvalidInputError: `missing_columns`, `type_mismatch`, `column_unknown`, `sheet_unknown`, `encoding_unknown`;
    StorageFullError; ReaderKilledError, after which all may be read again; and whatever `source`, `on_batch` or
    `on_progress` raise.
    """
    request = ReadRequest(filename, options, limits, schema, frozenset(optional))
    with reading_folder() as folder:
        child = _Child(folder, limits)
        try:
            return child.talk(source, request, on_batch, on_progress)
        finally:
            child.end()


class _Child:
    """One child process, its feeding thread, its log and its alarm clock."""

    def __init__(self, folder: Path, limits: ReadLimits) -> None:
        self._limits = limits
        self._process = subprocess.Popen(
            [sys.executable, "-P", "-m", _MODULE],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            cwd=folder,
            env=_environment(folder),
            start_new_session=True,
        )
        self._late = False
        self._source_error: BaseException | None = None
        self._log = b""
        self._alarm = threading.Timer(limits.wall_s, self._on_alarm)
        self._alarm.daemon = True
        self._alarm.start()
        self._threads: list[threading.Thread] = []

    def talk(
        self,
        source: Iterable[bytes],
        request: ReadRequest,
        on_batch: Callable[[pa.RecordBatch], None],
        on_progress: Callable[[int, int | None], None] | None,
    ) -> ReadOutcome:
        """Send everything, take every answer. Raises what `read_table` raises."""
        assert self._process.stdout is not None
        self._start(self._feed, source, request)
        self._start(self._keep_log)
        schema: pa.Schema | None = None
        while (frame := pipe.read_frame(self._process.stdout)) is not None:
            kind, body = frame
            if kind == pipe.PROGRESS and on_progress is not None:
                done, size = json.loads(body)
                on_progress(done, size)
            elif kind == pipe.SCHEMA:
                schema = ipc.read_schema(pa.py_buffer(body))
            elif kind == pipe.BATCH:
                batch = ipc.read_record_batch(pa.py_buffer(body), schema)
                # The child read bytes from strangers: its answer is checked before it is used.
                batch.validate(full=True)
                on_batch(batch)
            elif kind == pipe.ERROR:
                raise self._known_source_error() or error_from(json.loads(body))
            elif kind == pipe.DONE:
                self._raise_source_error()
                return _outcome(json.loads(body))
        self._raise_source_error()
        raise self._post_mortem()

    def end(self) -> None:
        """Leave no process and no thread behind."""
        self._alarm.cancel()
        self._process.kill()
        self._process.wait()
        for thread in self._threads:
            # A source that waits for something cannot be woken; its thread ends when it does.
            thread.join(timeout=_PATIENCE_S)
        for stream in (self._process.stdin, self._process.stdout, self._process.stderr):
            _close(stream)

    def _start(self, work: Callable[..., None], *arguments: Any) -> None:
        thread = threading.Thread(target=work, args=arguments, name="automl-read", daemon=True)
        thread.start()
        self._threads.append(thread)

    def _feed(self, source: Iterable[bytes], request: ReadRequest) -> None:
        assert self._process.stdin is not None
        try:
            pipe.write_frame(self._process.stdin, pipe.REQUEST, request.to_bytes())
            chunks = iter(source)
            while True:
                try:
                    chunk = next(chunks, None)
                except BaseException as error:  # noqa: BLE001  # raised again in the caller's thread
                    self._source_error = error
                    self._process.kill()
                    return
                if chunk is None:
                    break
                self._process.stdin.write(chunk)
        except (OSError, ValueError):
            # The child answered before it had everything, or died; what it said or how it died tells why.
            return
        finally:
            _close(self._process.stdin)

    def _keep_log(self) -> None:
        assert self._process.stderr is not None
        while data := os.read(self._process.stderr.fileno(), 65_536):
            self._log = (self._log + data)[-_LOG_BYTES:]

    def _on_alarm(self) -> None:
        self._late = True
        self._process.kill()

    def _known_source_error(self) -> BaseException | None:
        return self._source_error

    def _raise_source_error(self) -> None:
        if self._source_error is not None:
            raise self._source_error

    def _post_mortem(self) -> AutomlError:
        code = self._process.wait()
        if self._late or code == -signal.SIGXCPU:
            seconds = self._limits.wall_s if self._late else self._limits.cpu_s
            return TooLargeError(
                f"Reading the file takes more than {seconds:,} s.", code="too_slow", hint="Send a smaller table."
            )
        self._threads[-1].join(timeout=5)
        _LOG.warning("the reader of a file ended with %s: %s", code, self._log.decode("utf-8", "replace"))
        if code == -signal.SIGKILL:
            return ReaderKilledError(
                "The process that reads the file was killed, which a system does that runs out of memory.",
                code="expands_too_much",
                hint="Send a smaller table, or CSV, which is read in pieces; or give the machine more memory.",
            )
        if (code < 0 and -code in _MEMORY_SIGNALS) or b"MemoryError" in self._log or b"memory allocation" in self._log:
            return TooLargeError(
                f"Reading the file needs more than {self._limits.memory_bytes / 1024**3:.1f} GiB of memory.",
                code="expands_too_much",
                hint="Send a smaller table, or CSV, which is read in pieces.",
            )
        return DatasetRejectedError(
            "The file could not be read.", code="unreadable", hint="Export it again as CSV with UTF-8 encoding."
        )


def _environment(folder: Path) -> dict[str, str]:
    """The whole environment of a child: nothing of ours but where the package is."""
    return {
        "PATH": os.defpath,
        "LANG": "C.UTF-8",
        "PYTHONPATH": str(_ROOT),
        "TMPDIR": str(folder),
        "HOME": str(folder),
        # glibc would reserve gigabytes of address space, which is limited, for some hundred megabytes of a wide table.
        "ARROW_DEFAULT_MEMORY_POOL": "jemalloc",
        "OMP_NUM_THREADS": "1",
        "OPENBLAS_NUM_THREADS": "1",
        # Each thread would reserve 64 MiB of address space, which is limited.
        "MALLOC_ARENA_MAX": "2",
    }


def _close(stream: IO[bytes] | None) -> None:
    try:
        if stream is not None:
            stream.close()
    except OSError:
        # Unsent bytes of a child that is gone.
        return


def _outcome(body: Mapping[str, Any]) -> ReadOutcome:
    return ReadOutcome(
        schema=TableSchema.model_validate(body["schema"]),
        rows=body["rows"],
        findings=tuple(Finding.from_json(each) for each in body["findings"]),
        dialect=body["dialect"],
        profile=body["profile"],
    )
