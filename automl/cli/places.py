"""Paths and wishes of a command, looked at before a service is started or a byte is sent for nothing."""

from __future__ import annotations

import contextlib
import os
import tempfile
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, BinaryIO

from automl.client.sources import is_dataset_id, source_of
from automl.core.errors import ErrorItem, InvalidInputError, NotFoundError
from automl.core.spec import checked_spec, seconds

# Stands for what only the service can tell.
_LATER = "-"


def check_data(given: str | Path) -> None:
    """It may be the id of a dataset, or is a file that can be read. NotFoundError `file_not_found`."""
    if not is_dataset_id(given):
        source_of(given)


def check_folder(out: Path) -> None:
    """A folder can be written there. InvalidInputError `out_not_a_folder`, `out_unwritable`."""
    if out.exists() and not out.is_dir():
        raise InvalidInputError(
            f"{str(out)!r} is not a folder.",
            code="out_not_a_folder",
            hint="Name a folder for the model.",
            errors=[ErrorItem("is a file", field="out")],
        )
    _check_writable(next(each for each in (out.absolute(), *out.absolute().parents) if each.exists()))


def check_file(out: Path) -> None:
    """A file can be written there. NotFoundError: no such folder; InvalidInputError: it is one, or is not ours."""
    if out.is_dir():
        raise InvalidInputError(
            f"{str(out)!r} is a folder.",
            code="out_not_a_file",
            hint="Name a file.",
            errors=[ErrorItem("is a folder", field="out")],
        )
    folder = out.absolute().parent
    if not folder.is_dir():
        raise NotFoundError(
            f"There is no folder {str(folder)!r}.",
            code="folder_not_found",
            hint="Make it first, or name another.",
            errors=[ErrorItem("its folder is missing", field="out")],
        )
    _check_writable(folder)


def check_wishes(wishes: Mapping[str, Any], budget: str) -> None:
    """What can be known of a job without its data. InvalidInputError: names the fields."""
    given = {name: value for name, value in wishes.items() if value is not None}
    checked_spec({"dataset_id": _LATER, "target": _LATER, **given, "budget": {"seconds": seconds(budget)}})


@contextlib.contextmanager
def written(out: Path) -> Iterator[BinaryIO]:
    """A file that takes its name with the end of the block; after an error there is what there was before."""
    if out.exists() and not out.is_file():
        # A pipe or a terminal has nothing to lose.
        with out.open("wb") as target:
            yield target
        return
    handle, name = tempfile.mkstemp(dir=out.absolute().parent, prefix=f".{out.name[:40]}-")
    made = Path(name)
    try:
        with os.fdopen(handle, "wb") as file:
            yield file
        # As any program would have made it; a temporary file is closed to others.
        made.chmod(out.stat().st_mode & 0o777 if out.exists() else 0o666 & ~_umask())
        made.replace(out)
    except BaseException:
        made.unlink(missing_ok=True)
        raise


def _check_writable(folder: Path) -> None:
    if not os.access(folder, os.W_OK | os.X_OK):
        raise InvalidInputError(
            f"Nothing can be written in {str(folder)!r}.",
            code="out_unwritable",
            hint="Name another place.",
            errors=[ErrorItem("cannot be written", field="out")],
        )


def _umask() -> int:
    mask = os.umask(0)
    os.umask(mask)
    return mask
