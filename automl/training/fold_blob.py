"""One fold as one blob: result, out-of-fold predictions and model in a plain zip, the same bytes for the same fold."""

from __future__ import annotations

import io
import json
import zipfile
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from automl.core.errors import CorruptDataError
from automl.core.trials import FoldResult
from automl.training.fold import FittedFold

_RESULT, _OOF, _MODEL = "result.json", "oof.npy", "model/"
_EPOCH = (1980, 1, 1, 0, 0, 0)


@dataclass(frozen=True)
class StoredFold:
    """What a fold blob holds. oof: as in `FittedFold`; files: the model's own."""

    result: FoldResult
    oof: NDArray[Any]
    files: Mapping[str, bytes]


def pack(fold: FittedFold) -> bytes:
    """The blob's bytes."""
    predictions = io.BytesIO()
    np.lib.format.write_array(predictions, np.ascontiguousarray(fold.oof), allow_pickle=False)
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_STORED) as archive:
        _add(archive, _RESULT, json.dumps(fold.result.to_json(), sort_keys=True).encode())
        _add(archive, _OOF, predictions.getvalue())
        for name in sorted(fold.files):
            _add(archive, _MODEL + name, fold.files[name])
    return out.getvalue()


def unpack(data: bytes) -> StoredFold:
    """The fold of `pack`. CorruptDataError: other bytes, or damaged ones."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            result = FoldResult.from_json(json.loads(archive.read(_RESULT)))
            oof = np.lib.format.read_array(io.BytesIO(archive.read(_OOF)), allow_pickle=False)
            files = {
                name.removeprefix(_MODEL): archive.read(name) for name in archive.namelist() if name.startswith(_MODEL)
            }
    except (zipfile.BadZipFile, KeyError, ValueError, TypeError, EOFError, NotImplementedError) as error:
        raise CorruptDataError("A stored fold cannot be read.") from error
    return StoredFold(result, oof, files)


def _add(archive: zipfile.ZipFile, name: str, data: bytes) -> None:
    archive.writestr(zipfile.ZipInfo(name, _EPOCH), data)
