"""The folds of one job at hand: results, out-of-fold predictions, and model files as far as memory allows."""

from __future__ import annotations

import logging
import threading
from collections.abc import Mapping
from typing import Any

from numpy.typing import NDArray

from automl.backends.blobs.base import BlobKey, Blobs, read_all
from automl.core.errors import CorruptDataError, NotFoundError, UnavailableError
from automl.core.trials import FoldResult, fold_blob
from automl.training.fold_blob import unpack

_log = logging.getLogger(__name__)

Place = tuple[int, int]


class FoldShelf:
    """Reads fold blobs once. Safe for many threads. A blob that is gone or damaged counts as no result."""

    def __init__(self, blobs: Blobs, tenant: str, job_id: str, held_bytes: int) -> None:
        self._blobs = blobs
        self._tenant = tenant
        self._job_id = job_id
        self._room = held_bytes
        self._lock = threading.Lock()
        self._results: dict[Place, FoldResult] = {}
        self._predictions: dict[Place, NDArray[Any]] = {}
        self._files: dict[Place, Mapping[str, bytes]] = {}

    def add(self, result: FoldResult) -> bool:
        """Take a result in; False when this fold is known already."""
        place = (result.trial, result.fold)
        with self._lock:
            if place in self._results:
                return False
            self._results[place] = result
        return True

    def results(self) -> list[FoldResult]:
        """All of them, by trial and fold."""
        with self._lock:
            return [self._results[place] for place in sorted(self._results)]

    def usable(self) -> dict[int, dict[int, FoldResult]]:
        """Trial → fold → result, of folds that have a model."""
        found: dict[int, dict[int, FoldResult]] = {}
        for result in self.results():
            if result.is_usable:
                found.setdefault(result.trial, {})[result.fold] = result
        return found

    def held(self, trial: int, fold: int) -> NDArray[Any] | None:
        """Out-of-fold predictions that are in memory already: for those who must not wait."""
        with self._lock:
            return self._predictions.get((trial, fold))

    def prediction(self, trial: int, fold: int) -> NDArray[Any] | None:
        """A fold's out-of-fold predictions in row order; None when it has none. Raises UnavailableError."""
        place = (trial, fold)
        with self._lock:
            known = self._predictions.get(place)
            result = self._results.get(place)
        if known is not None or result is None or not result.is_usable:
            return known
        self._load(place)
        with self._lock:
            return self._predictions.get(place)

    def holds(self, trial: int, fold: int) -> bool:
        """Whether a fold's model is in memory."""
        with self._lock:
            return (trial, fold) in self._files

    def files(self, trial: int, fold: int) -> Mapping[str, bytes] | None:
        """A fold's model; None when it has none. Raises UnavailableError."""
        with self._lock:
            held = self._files.get((trial, fold))
        return held if held is not None else self._load((trial, fold))

    def _load(self, place: Place) -> Mapping[str, bytes] | None:
        with self._lock:
            result = self._results.get(place)
        # A job that continues another names that one's blobs.
        name = None if result is None else result.blob
        key = BlobKey(self._tenant, name or fold_blob(self._job_id, *place))
        try:
            stored = unpack(read_all(self._blobs, key))
        except UnavailableError:
            raise
        except (NotFoundError, CorruptDataError) as error:
            _log.error("fold %s of job %s: %s", place, self._job_id, error.detail)
            self._drop(place)
            return None
        size = sum(map(len, stored.files.values()))
        with self._lock:
            self._predictions[place] = stored.oof
            if size <= self._room and place not in self._files:
                self._room -= size
                self._files[place] = stored.files
        return stored.files

    def _drop(self, place: Place) -> None:
        with self._lock:
            self._results.pop(place, None)
            self._predictions.pop(place, None)
