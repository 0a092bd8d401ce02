"""Whether a fit can be done as asked: everything that can be known before it waits for CPUs."""

from __future__ import annotations

import difflib
import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from automl.backends.blobs.base import Blobs
from automl.core.columns import ColumnType, TableSchema
from automl.core.errors import ConflictError, ErrorItem, InvalidInputError
from automl.core.scores import score_spec
from automl.core.spec import FitSpec
from automl.core.states import DatasetState
from automl.core.trials import Task
from automl.core.views import DatasetView
from automl.datasets.service import Datasets
from automl.datasets.table import StoredTable
from automl.datasets.target import check_target_name, examine_target
from automl.pipelines.estimators.catalog import family, validated

_SPEC_BYTES = 20 * 1024
_TIMES = (ColumnType.DATE, ColumnType.NUMBER, ColumnType.INTEGER)


@dataclass(frozen=True)
class Checked:
    """What was found: the dataset, the task and why, the metric's name, the columns to learn from, the target's
    classes, and what the owner should know."""

    dataset: DatasetView
    task: Task
    task_reason: str
    metric: str
    features: tuple[str, ...]
    classes: tuple[str, ...] | None
    warnings: tuple[str, ...]

    def plan(self) -> dict[str, Any]:
        return {
            "task": str(self.task),
            "task_reason": self.task_reason,
            "metric": self.metric,
            "dataset_name": self.dataset.name,
        }


def check_fit(datasets: Datasets, blobs: Blobs, tenant: str, spec: FitSpec) -> Checked:
    """Look at dataset, target, task, metric, columns, families and configurations.

    Raises NotFoundError (dataset), ConflictError `dataset_not_ready`, InvalidInputError naming fields.
    """
    if len(json.dumps(spec.to_json()).encode()) > _SPEC_BYTES:
        raise InvalidInputError(
            f"The job's description is larger than {_SPEC_BYTES // 1024} KiB.",
            code="too_large",
            hint="Name the columns to keep with 'include' instead of many to exclude, or send fewer configurations.",
        )
    dataset = ready(datasets.get(tenant, spec.dataset_id), "dataset_id")
    table = StoredTable.open(blobs, tenant, spec.dataset_id)
    check_target_name(table.schema, spec.target)
    _check_columns(spec, table.schema)
    _check_families(spec)
    target = examine_target(table.read([spec.target]).column(0), table.schema.column(spec.target), spec.task)
    metric = score_spec(spec.metric, target.task).name
    _check_tasks(spec, target.task)
    _check_wishes(spec, target.task, target.classes)
    if spec.test is not None and spec.test.dataset_id is not None:
        ready(datasets.get(tenant, spec.test.dataset_id), "test.dataset_id")
        held_out = StoredTable.open(blobs, tenant, spec.test.dataset_id)
        _check_test(spec, table.schema, held_out.schema)
    features = features_of(spec, table.schema)
    return Checked(dataset, target.task, target.reason, metric, features, target.classes, target.warnings)


def features_of(spec: FitSpec, schema: TableSchema) -> tuple[str, ...]:
    """The columns to learn from, in file order. InvalidInputError: none is left."""
    excluded = {*spec.exclude, spec.target}
    if spec.split.kind in ("group", "fold"):
        # It says which rows belong together; what holds for new groups is not learned from the group's name.
        excluded.add(str(spec.split.column))
    if spec.include:
        names = tuple(name for name in schema.names if name in set(spec.include) - excluded)
    else:
        names = tuple(
            column.name
            for column in schema.columns
            if column.name not in excluded and not column.id_like and not column.constant
        )
    if not names:
        raise InvalidInputError(
            "There is no column left to learn from.",
            code="no_features",
            hint="Identifiers and constant columns are left out unless 'include' names them.",
            errors=[ErrorItem("no feature is left", field="exclude")],
        )
    return names


def ready(dataset: DatasetView, field: str) -> DatasetView:
    """The dataset itself. ConflictError `dataset_not_ready`; InvalidInputError `dataset_rejected`."""
    if dataset.state is DatasetState.READY:
        return dataset
    if dataset.state is DatasetState.REJECTED:
        detail = dataset.error.detail if dataset.error else "The file could not be read."
        raise InvalidInputError(
            f"The dataset was rejected: {detail}",
            code="dataset_rejected",
            hint=dataset.error.hint if dataset.error else None,
            errors=[ErrorItem("was rejected", field=field)],
        )
    raise ConflictError(
        f"The dataset is {dataset.state}; it can be used once it is ready.",
        code="dataset_not_ready",
        errors=[ErrorItem("is not ready", field=field)],
    )


def _check_columns(spec: FitSpec, schema: TableSchema) -> None:
    items = []
    for field, names in (("exclude", spec.exclude), ("include", spec.include)):
        for name in names:
            if name not in schema.names:
                near = difflib.get_close_matches(name, schema.names, n=3)
                also = f"; nearest: {', '.join(repr(each) for each in near)}" if near else ""
                items.append(ErrorItem(f"there is no column {name[:80]!r}{also}", field=field, column=name[:255]))
    _check_split(spec, schema, items)
    if spec.target in spec.include:
        items.append(ErrorItem("the target cannot be a feature", field="include", column=spec.target))
    if items:
        # `capitalize` would write the names of columns in small letters.
        said = "; ".join(item.message for item in items[:5])
        raise InvalidInputError(f"{said[:1].upper()}{said[1:]}.", code="column_unknown", errors=items[:50])
    features_of(spec, schema)


def _check_split(spec: FitSpec, schema: TableSchema, items: list[ErrorItem]) -> None:
    name, field = spec.split.column, "split.column"
    if name is None:
        return
    if name not in schema.names:
        items.append(ErrorItem(f"there is no column {name[:80]!r}", field=field, column=name))
    elif name == spec.target:
        items.append(ErrorItem("the target cannot decide the split", field=field, column=name))
    elif name in spec.include and spec.split.kind != "time":
        items.append(ErrorItem("the column of the split cannot be a feature", field="include", column=name))
    elif spec.split.kind == "time" and schema.column(name).type not in _TIMES:
        items.append(ErrorItem("a split by time needs a column of dates or numbers", field=field, column=name))


def _check_families(spec: FitSpec) -> None:
    for name in spec.families or ():
        family(name)
    if spec.families is not None and not spec.families:
        raise InvalidInputError("No family is allowed.", code="family_unknown", errors=[ErrorItem("", "families")])
    for number, each in enumerate(spec.configurations):
        try:
            validated(each.family, each.params)
        except InvalidInputError as error:
            places = [
                ErrorItem(item.message, f"configurations.{number}.params.{item.field}", sample=item.sample)
                for item in error.errors
            ]
            raise InvalidInputError(
                f"configurations[{number}]: {error.detail}", code=error.code, hint=error.hint, errors=places
            ) from None


def _check_tasks(spec: FitSpec, task: Task) -> None:
    named: Sequence[str] = [*(spec.families or ()), *(each.family for each in spec.configurations)]
    unfit = sorted({name for name in named if task not in family(name).tasks})
    # A list of families is a wish to choose from; an exact configuration must be possible.
    exact = {each.family for each in spec.configurations}
    if unfit and (set(unfit) & exact or set(unfit) >= set(spec.families or ())):
        raise InvalidInputError(
            f"{', '.join(unfit)} cannot learn a {task} target.",
            code="family_unfit",
            errors=[ErrorItem("does not fit the task", field="families", sample=name) for name in unfit],
        )


def _check_wishes(spec: FitSpec, task: Task, classes: Sequence[str] | None) -> None:
    labels = spec.class_weights if isinstance(spec.class_weights, dict) else {}
    unknown = [label for label in labels if label not in (classes or ())]
    if unknown or (spec.class_weights is not None and not classes):
        wrong = f"The target has no class {unknown[0][:80]!r}." if classes else "A regression target has no classes."
        raise InvalidInputError(
            f"class_weights cannot be used: {wrong}",
            code="wish_unfit",
            hint=f"Its classes are: {', '.join(map(repr, (classes or ())[:20]))}." if classes else "Leave them out.",
            errors=[
                ErrorItem("is not a class of the target", field="class_weights", sample=label[:64]) for label in unknown
            ],
        )
    for name, fits, wish in (("costs", Task.BINARY, spec.costs), ("intervals", Task.REGRESSION, spec.intervals)):
        if wish is not None and task is not fits:
            raise InvalidInputError(
                f"{name} fit a {fits} task; this one is {task}.",
                code="wish_unfit",
                hint=f"Leave {name} out, or name the task.",
                errors=[ErrorItem(f"fits a {fits} task", field=name)],
            )


def _check_test(spec: FitSpec, schema: TableSchema, test: TableSchema) -> None:
    missing = [name for name in (spec.target, *features_of(spec, schema)) if name not in test.names]
    if missing:
        raise InvalidInputError(
            f"The test dataset lacks the columns {', '.join(missing[:20])}.",
            code="missing_columns",
            errors=[ErrorItem("is missing", field="test.dataset_id", column=name) for name in missing[:50]],
        )
