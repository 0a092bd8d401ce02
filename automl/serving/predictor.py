"""From a checked package to predictions: encode each view once, average the members, answer in the file's own words."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from automl.core.columns import TableSchema
from automl.core.errors import CorruptDataError, InvalidInputError
from automl.core.trials import Task
from automl.pipelines.ensembles.weighted import EnsembleMember, WeightedEnsemble
from automl.pipelines.estimators.catalog import family
from automl.pipelines.estimators.fitting import load_model
from automl.pipelines.features.encoder import FeatureEncoder
from automl.pipelines.features.inputs import CheckedInputs, check_inputs, from_json_rows
from automl.registry.manifest import Manifest, library_changes
from automl.registry.package import Package

# Encoded views of more rows at once would only take memory.
_ROWS_AT_ONCE = 65_536


@dataclass(frozen=True)
class PredictionBatch:
    """Answers in input order. values: labels as in the training file, or numbers; probabilities: (n_rows, n_classes)
    in the order of `classes`, None for regression; flags: per row, what was handled; warnings: about all of them;
    ranges: (n_rows, 2) around numbers, where the job asked for intervals."""

    values: list[Any]
    probabilities: NDArray[np.float64] | None
    classes: tuple[str, ...] | None
    flags: list[list[str]]
    warnings: list[str]
    ranges: NDArray[np.float64] | None = None


class Predictor:
    """A loaded model. Safe for many threads; each call uses one. encoder, ensemble: what it is made of, for those who
    look inside."""

    def __init__(
        self, manifest: Manifest, encoder: FeatureEncoder, ensemble: WeightedEnsemble, size_bytes: int
    ) -> None:
        self.manifest = manifest
        self.size_bytes = size_bytes
        self.encoder = encoder
        self.ensemble = ensemble
        self.warnings = [
            f"The model was made with {each.name} {each.made_with}; here is {each.here or 'none'}."
            for each in library_changes(manifest)
        ]

    @classmethod
    def from_package(cls, package: Package) -> Predictor:
        """Load encoder and members. CorruptDataError: something in it cannot be read."""
        manifest = package.manifest
        members = []
        for entry in manifest.members:
            try:
                info = family(entry.family)
            except InvalidInputError as error:
                raise CorruptDataError(f"This model needs {entry.family}: {error.detail}") from error
            models = tuple(load_model(info, files) for files in package.folds(entry))
            members.append(EnsembleMember(entry.name, entry.weight, info.view, models))
        try:
            ensemble = WeightedEnsemble(members)
        except ValueError as error:
            raise CorruptDataError(f"The members of this model do not fit together: {error}.") from error
        return cls(manifest, FeatureEncoder.from_files(package.encoder()), ensemble, package.size_bytes)

    @cached_property
    def schema(self) -> TableSchema:
        """The columns it reads, in training order."""
        wanted = set(self.manifest.features)
        return TableSchema(columns=tuple(each for each in self.manifest.table.columns if each.name in wanted))

    def predict(self, table: pa.Table) -> PredictionBatch:
        """Predict rows given with columns by name, in any order. InvalidInputError: names column or row."""
        checked = check_inputs(table, self.schema, self.manifest.features)
        self._flag_unseen(checked)
        parts = [
            self._raw(checked.table.slice(start, _ROWS_AT_ONCE))
            for start in range(0, checked.table.num_rows, _ROWS_AT_ONCE)
        ]
        raw = np.concatenate(parts) if parts else self._nothing()
        warnings = [*self.warnings, *checked.warnings]
        classes = self.manifest.classes
        if self.manifest.task is Task.REGRESSION or classes is None:
            ranges = self.manifest.adjustment.ranges(raw)
            return PredictionBatch(raw.tolist(), None, None, checked.flags, warnings, ranges)
        names = np.array(classes, dtype=object)[self.manifest.adjustment.codes(raw)].tolist()
        return PredictionBatch(names, raw, classes, checked.flags, warnings)

    def predict_rows(self, rows: Sequence[dict[str, Any]]) -> PredictionBatch:
        """Predict JSON rows. InvalidInputError: names column or row."""
        return self.predict(from_json_rows(list(rows), self.schema, self.manifest.features))

    def raw(self, table: pa.Table) -> NDArray[np.float64]:
        """(n_rows,) values or (n_rows, n_classes) probabilities of a checked table; what scores are made of."""
        parts = [self._raw(table.slice(start, _ROWS_AT_ONCE)) for start in range(0, table.num_rows, _ROWS_AT_ONCE)]
        return np.concatenate(parts) if parts else self._nothing()

    def _flag_unseen(self, checked: CheckedInputs) -> None:
        for name, rows in self.encoder.unseen(checked.table).items():
            for row in np.flatnonzero(rows):
                checked.flags[row].append(f"unseen_category:{name}")

    def _raw(self, table: pa.Table) -> NDArray[np.float64]:
        answers = self.ensemble.predict(self.encoder.matrices(table, self.ensemble.views))
        return self.manifest.adjustment.probabilities(answers) if self.manifest.task.is_classification else answers

    def _nothing(self) -> NDArray[np.float64]:
        classes = self.manifest.classes
        return np.empty(0) if classes is None else np.empty((0, len(classes)))
