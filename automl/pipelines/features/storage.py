"""A fitted encoder as files: one JSON document and one archive of plain arrays."""

from __future__ import annotations

import io
import json
import zipfile
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from automl.core.errors import CorruptDataError
from automl.pipelines.features.views import State

_JSON, _ARRAYS = "encoder.json", "encoder.npz"
_EPOCH = (1980, 1, 1, 0, 0, 0)
# What json, zipfile and numpy raise for bytes that are not theirs.
_UNREADABLE = (KeyError, IndexError, ValueError, TypeError, AttributeError, OSError, EOFError, zipfile.BadZipFile)


def write_states(head: Mapping[str, Any], states: Sequence[State]) -> dict[str, bytes]:
    """File name → bytes, the same for the same states. ValueError: an array of objects."""
    body = {**head, "columns": [state.body for state in states]}
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_STORED) as archive:
        for place, state in enumerate(states):
            for name, array in state.arrays.items():
                one = io.BytesIO()
                np.lib.format.write_array(one, np.ascontiguousarray(array), allow_pickle=False)
                # np.savez would write the time of day into the archive.
                archive.writestr(zipfile.ZipInfo(f"{place}.{name}.npy", _EPOCH), one.getvalue())
    text = json.dumps(body, sort_keys=True, ensure_ascii=False, allow_nan=False, separators=(",", ":"))
    return {_JSON: text.encode(), _ARRAYS: out.getvalue()}


def read_states(files: Mapping[str, bytes]) -> tuple[dict[str, Any], list[State]]:
    """Head and states of `write_states`. CorruptDataError: the files are not such."""
    try:
        body: dict[str, Any] = json.loads(files[_JSON])
        columns = body.pop("columns")
        arrays: list[dict[str, Any]] = [{} for _ in columns]
        with np.load(io.BytesIO(files[_ARRAYS]), allow_pickle=False) as archive:
            for key in archive.files:
                place, _, name = key.partition(".")
                array = archive[key]
                array.flags.writeable = False
                arrays[int(place)][name] = array
        return body, [State(each, found) for each, found in zip(columns, arrays, strict=True)]
    except _UNREADABLE as error:
        raise CorruptDataError("A stored encoder cannot be read.") from error
