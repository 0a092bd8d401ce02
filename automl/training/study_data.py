"""What a worker knows of a study: the plan the driver wrote last, and the encoded blocks it names."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Protocol, Self

import numpy as np
from numpy.typing import NDArray

from automl.core.errors import CorruptDataError
from automl.core.trials import Task


def study_blob(job_id: str) -> str:
    """The blob name of a job's plan."""
    return f"{job_id}/study"


class Blocks(Protocol):
    """The part of `datasets.blocks.BlockStore` that folds need."""

    def get(self, tenant: str, name: str) -> Mapping[str, NDArray[Any]]:
        """A block's arrays, read-only."""


class NamedColumn(Protocol):
    """A column of an encoded view, as `pipelines.features` describes it."""

    @property
    def name(self) -> str: ...
    @property
    def source(self) -> str: ...
    @property
    def is_categorical(self) -> bool: ...
    @property
    def levels(self) -> int: ...


@dataclass(frozen=True)
class PlanColumn:
    """A column of an encoded view, as stored in the plan."""

    name: str
    source: str
    is_categorical: bool
    levels: int


@dataclass(frozen=True)
class StudyPlan:
    """One study. blocks: `tree`, `linear`, `terms` (each an array X, float32 (n_rows, n_columns)) and `target` (arrays
    y and fold, (n_rows,)) → block name; columns: view → its columns; k: folds; n_classes: 0 for regression;
    class_weights: (n_classes,) how much a row of each class counts, empty when all count alike; deterministic: the same
    seed gives the same models at any load; hurried: a budget so short that boosters do not wait long for a better
    round."""

    job_id: str
    tenant: str
    dataset_id: str
    task: Task
    metric: str
    n_classes: int
    seed: int
    k: int
    blocks: Mapping[str, str]
    columns: Mapping[str, tuple[NamedColumn, ...]]
    families: tuple[str, ...] = ()
    class_weights: tuple[float, ...] = ()
    deterministic: bool = False
    hurried: bool = False

    def to_json(self) -> dict[str, Any]:
        return {
            "job_id": self.job_id,
            "tenant": self.tenant,
            "dataset_id": self.dataset_id,
            "task": str(self.task),
            "metric": self.metric,
            "n_classes": self.n_classes,
            "seed": self.seed,
            "k": self.k,
            "blocks": dict(self.blocks),
            "columns": {view: [_column_json(each) for each in columns] for view, columns in self.columns.items()},
            "families": list(self.families),
            "class_weights": list(self.class_weights),
            "deterministic": self.deterministic,
            "hurried": self.hurried,
        }

    def to_bytes(self) -> bytes:
        """The plan blob's bytes."""
        return json.dumps(self.to_json(), sort_keys=True, separators=(",", ":")).encode()

    @classmethod
    def from_json(cls, body: Mapping[str, Any]) -> Self:
        return cls(
            job_id=body["job_id"],
            tenant=body["tenant"],
            dataset_id=body["dataset_id"],
            task=Task(body["task"]),
            metric=body["metric"],
            n_classes=body["n_classes"],
            seed=body["seed"],
            k=body["k"],
            blocks=dict(body["blocks"]),
            columns={view: tuple(PlanColumn(**each) for each in columns) for view, columns in body["columns"].items()},
            families=tuple(body.get("families", ())),
            class_weights=tuple(body.get("class_weights", ())),
            deterministic=body.get("deterministic", False),
            hurried=body.get("hurried", False),
        )

    @classmethod
    def from_bytes(cls, data: bytes) -> Self:
        """The plan of `to_bytes`. CorruptDataError: other bytes."""
        try:
            return cls.from_json(json.loads(data))
        except (ValueError, KeyError, TypeError, AttributeError) as error:
            raise CorruptDataError("The plan of this study cannot be read.") from error


def _column_json(column: NamedColumn) -> dict[str, Any]:
    return {
        "name": column.name,
        "source": column.source,
        "is_categorical": column.is_categorical,
        "levels": column.levels,
    }


@dataclass(frozen=True)
class StudyData:
    """The rows of a study. y: (n_rows,) values or class codes; fold: (n_rows,) number of the fold a row validates, -1
    for rows that only train. Views are read when a family first asks for them."""

    plan: StudyPlan
    y: NDArray[Any]
    fold: NDArray[np.int16]
    blocks: Blocks
    _views: dict[str, NDArray[np.float32]] = field(default_factory=dict)

    @classmethod
    def load(cls, plan: StudyPlan, block_store: Blocks) -> Self:
        """Read the target block. Raises what the block store raises; CorruptDataError: an array is missing."""
        target = block_store.get(plan.tenant, plan.blocks["target"])
        return cls(plan, _array(target, "y"), _array(target, "fold"), block_store)

    def view(self, name: str) -> NDArray[np.float32]:
        """A view's X, (n_rows, n_columns) float32, read-only. Raises as `load`; KeyError: the plan has no such view."""
        if name not in self._views:
            X = _array(self.blocks.get(self.plan.tenant, self.plan.blocks[name]), "X")
            if X.shape != (len(self.y), len(self.plan.columns[name])):
                raise CorruptDataError(f"The {name} view of this study does not have the shape of its plan.")
            self._views[name] = X
        return self._views[name]

    def weights(self, rows: NDArray[np.intp]) -> NDArray[np.float64] | None:
        """(len(rows),) how much each of these rows counts; None when all count alike."""
        return np.array(self.plan.class_weights)[self.y[rows]] if self.plan.class_weights else None

    def rows(self, fold: int) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
        """Positions of a fold's training and validation rows."""
        validates = self.fold == fold
        return np.flatnonzero(~validates), np.flatnonzero(validates)


def _array(arrays: Mapping[str, NDArray[Any]], name: str) -> NDArray[Any]:
    if name not in arrays:
        raise CorruptDataError(f"A block of this study lacks its array {name}.")
    return arrays[name]
