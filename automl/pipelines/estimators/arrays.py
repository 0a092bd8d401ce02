"""Named arrays and JSON as bytes: how models without a format of their own are stored. Never pickles."""

from __future__ import annotations

import io
import json
import zipfile
from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from automl.core.errors import CorruptDataError
from automl.pipelines.estimators.base import Files


def save_arrays(arrays: Mapping[str, NDArray[Any]]) -> bytes:
    """An uncompressed .npz, the same bytes for the same arrays. ValueError: an array of objects."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_STORED) as archive:
        for name in sorted(arrays):
            one = io.BytesIO()
            np.lib.format.write_array(one, np.ascontiguousarray(arrays[name]), allow_pickle=False)
            # np.savez would write the time of day into the archive.
            archive.writestr(zipfile.ZipInfo(f"{name}.npy", (1980, 1, 1, 0, 0, 0)), one.getvalue())
    return out.getvalue()


def load_arrays(data: bytes) -> dict[str, NDArray[Any]]:
    """The arrays of `save_arrays`. CorruptDataError: other bytes."""
    try:
        with np.load(io.BytesIO(data), allow_pickle=False) as archive:
            return {name: archive[name] for name in archive.files}
    except (ValueError, OSError, KeyError, EOFError, zipfile.BadZipFile, AttributeError) as error:
        raise CorruptDataError("Stored model arrays cannot be read.") from error


def save_json(body: Mapping[str, Any]) -> bytes:
    """Canonical JSON bytes."""
    return json.dumps(body, sort_keys=True, allow_nan=False, separators=(",", ":")).encode()


def load_json(data: bytes) -> dict[str, Any]:
    """The object of `save_json`. CorruptDataError: other bytes."""
    try:
        body = json.loads(data)
    except ValueError as error:
        raise CorruptDataError("Stored model settings cannot be read.") from error
    if not isinstance(body, dict):
        raise CorruptDataError("Stored model settings are not an object.")
    return body


def stored(files: Files, name: str) -> bytes:
    """One file of a stored model. CorruptDataError: it is not there."""
    if name not in files:
        raise CorruptDataError(f"A stored model lacks its file {name}.")
    return files[name]
