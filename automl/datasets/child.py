"""The process that reads one file: `python -m automl.datasets.child`, in a folder of its own, under limits.

It takes a request and raw bytes from standard input and writes frames to standard output (`pipe`). Nothing that
parses is imported before the limits hold.
"""

from __future__ import annotations

import errno
import faulthandler
import json
import os
import sys
from collections.abc import Iterator
from importlib.abc import MetaPathFinder
from pathlib import Path
from typing import BinaryIO

from automl.core.errors import AutomlError, DatasetRejectedError, StorageFullError, TooLargeError
from automl.datasets import pipe, sandbox
from automl.datasets.request import ReadRequest, error_bytes

_STEP = 1024**2


def main() -> int:
    """Read one file and answer; 0: answered, also with an error."""
    # What a library prints must not get between frames.
    answers = os.fdopen(os.dup(1), "wb", buffering=_STEP)
    os.dup2(2, 1)
    faulthandler.enable()
    first = pipe.read_frame(sys.stdin.buffer)
    if first is None:
        return 2
    request = ReadRequest.from_bytes(first[1])
    sandbox.enter(request.limits)
    try:
        _read(request, answers)
    except AutomlError as error:
        _refuse(answers, error)
    except MemoryError:
        _refuse(answers, out_of_memory(request.limits.memory_bytes))
    except OSError as error:
        if error.errno == errno.EPIPE:
            return 3
        _refuse(answers, _from_system(error, request))
    answers.flush()
    return 0


def out_of_memory(limit: int) -> TooLargeError:
    """The error for a file that needs more memory than a child may have."""
    return TooLargeError(
        f"Reading the file needs more than {limit / 1024**3:.1f} GiB of memory.",
        code="expands_too_much",
        hint="Send a smaller table, or CSV, which is read in pieces.",
    )


def _read(request: ReadRequest, answers: BinaryIO) -> None:
    # Arrow would load pandas, and nothing here uses it: a third of the start, and memory.
    sys.meta_path.insert(0, _WithoutPandas())
    # Loaded under the limits, never before them.
    import pyarrow as pa

    from automl.datasets.work import read

    pa.set_cpu_count(1)
    pa.set_io_thread_count(1)
    try:
        outcome = read(_chunks(), request, Path.cwd(), answers)
    except pa.ArrowMemoryError as error:
        raise MemoryError from error
    except (pa.ArrowException, UnicodeError, ValueError, ArithmeticError, LookupError) as error:
        # A file that a library chokes on in a way we do not know is refused; the trace goes to the log.
        sys.excepthook(type(error), error, error.__traceback__)
        raise DatasetRejectedError(
            f"The file could not be read ({type(error).__name__}).",
            code="unreadable",
            hint="Export it again as CSV with UTF-8 encoding.",
        ) from error
    pipe.write_frame(answers, pipe.DONE, json.dumps(outcome).encode())


class _WithoutPandas(MetaPathFinder):
    """Makes pandas look like a package that is not installed."""

    def find_spec(self, fullname: str, path: object, target: object = None) -> None:
        """ModuleNotFoundError: pandas is asked for."""
        if fullname == "pandas":
            raise ModuleNotFoundError(fullname)


def _chunks() -> Iterator[bytes]:
    while data := sys.stdin.buffer.read(_STEP):
        yield data


def _refuse(answers: BinaryIO, error: AutomlError) -> None:
    pipe.write_frame(answers, pipe.ERROR, error_bytes(error))


def _from_system(error: OSError, request: ReadRequest) -> AutomlError:
    if error.errno == errno.ENOSPC:
        return StorageFullError("There is no room left to unpack the file.")
    if error.errno == errno.EFBIG:
        return TooLargeError(
            f"The file unpacks to more than {request.limits.max_bytes_decoded:,} bytes.", code="expands_too_much"
        )
    if error.errno == errno.ENOMEM:
        return out_of_memory(request.limits.memory_bytes)
    sys.excepthook(type(error), error, error.__traceback__)
    return DatasetRejectedError(f"The file could not be read (error {error.errno}).", code="unreadable")


if __name__ == "__main__":
    sys.exit(main())
