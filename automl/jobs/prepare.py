"""Makes a study ready: rows, encoded views, folds, and last the plan that workers wait for. May be repeated."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Container, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from automl.backends.blobs.base import BlobKey, read_all
from automl.core.columns import ColumnType
from automl.core.errors import InvalidInputError
from automl.core.failpoint import failpoint
from automl.core.spec import FitSpec
from automl.core.trials import Configuration, Task
from automl.datasets.column_splits import column_folds
from automl.datasets.splits import make_folds
from automl.jobs.aggregate import JobRecord
from automl.jobs.budget import Spending
from automl.jobs.choosing import Question
from automl.jobs.context import DriverContext
from automl.jobs.continuing import only_refits
from automl.jobs.replay import Replayed
from automl.jobs.timing import fold_s_by_first_rounds
from automl.jobs.training_rows import TrainingRows, class_weights, training_rows
from automl.jobs.views import fit_encoder, put_views, read_encoder, view_prefix
from automl.pipelines.estimators.catalog import families, validated
from automl.pipelines.features.encoder import FeatureEncoder
from automl.pipelines.features.views import VIEWS, View
from automl.search.blending import MANY_CLASSES
from automl.search.calibration import Wishes
from automl.search.folds_count import folds_count, worth_timing
from automl.search.portfolio import SHORT_BUDGET_S, TableShape, is_skewed, portfolio
from automl.training.study_data import StudyData, StudyPlan, study_blob

# A linear view of more cells (rows by columns) takes seconds to encode and to fit: learners that need it are left out,
# unless the owner names one, and a short run of LightGBM is the first model.
_MOST_LINEAR_CELLS = 20_000_000
# Most of the terms view is empty, and one learner alone reads it.
_MOST_TERMS_CELLS = 60_000_000
# Where classes are many, boosters take far more seconds than that, and nets need this view.
_MOST_FOR_NETS = 100_000_000
_SHORT_RUN = Configuration(
    "lightgbm",
    {"learning_rate": 0.25, "num_leaves": 31, "max_bin": 63, "rounds": 25},
    name="LightGBM short",
)
# Fitted in well under a second on smaller tables.
_QUICK = ("linear", "decision_tree")
_CATEGORICAL = (ColumnType.CATEGORY, ColumnType.BOOLEAN, ColumnType.ID)


@dataclass(frozen=True)
class Prepared:
    """A study that can begin. encoder: its files; first: the portfolio, the same for every driver of the job; quick:
    place in it of a configuration that gives a model within seconds."""

    rows: TrainingRows
    plan: StudyPlan
    encoder: Mapping[str, bytes]
    question: Question
    first: tuple[Configuration, ...]
    quick: int | None
    spec: FitSpec

    def facts(self) -> dict[str, Any]:
        """What the event says."""
        return {
            "rows": len(self.question.y),
            "features": len(self.rows.features),
            "folds_per_trial": self.plan.k,
            "test_rows": 0 if self.rows.test is None else self.rows.test.table.num_rows,
        }


def prepare(context: DriverContext, record: JobRecord, replayed: Replayed, course: Spending) -> Prepared:
    """Make the study ready, or find it as an earlier driver left it, or the job that this one continues.

    Raises InvalidInputError: the columns or the target cannot be used; CorruptDataError; UnavailableError.
    """
    spec = FitSpec.model_validate(record.spec)
    rows = training_rows(context.blobs, record.tenant, spec, Task(record.plan["task"]))
    plan = replayed.plan
    if plan is None and replayed.continued is not None:
        plan = _taken_over(context, record, replayed.continued)
    if plan is None:
        plan, encoder = _new_plan(context, record, spec, rows, course, replayed.continued)
    else:
        prefix = plan.blocks["tree" if "tree" in plan.blocks else "linear"].rpartition("/")[0]
        found = read_encoder(context.blobs, record.tenant, prefix)
        # Fitting is deterministic: a lost encoder is made again.
        encoder = found or fit_encoder(context.blobs, record.tenant, prefix, spec, rows).to_files()
    data = StudyData.load(plan, context.block_store)
    question = Question(data.y, data.fold, plan.k, plan.task, plan.metric, wishes_of(spec))
    shape = _shape(rows, len(plan.columns["tree"]))
    first = _portfolio(record, spec, shape, plan.blocks)
    quick = [place for place, each in enumerate(first) if each.family in _QUICK or each == _SHORT_RUN]
    return Prepared(rows, plan, encoder, question, first, quick[0] if quick else None, spec)


def _taken_over(context: DriverContext, record: JobRecord, continued: StudyPlan) -> StudyPlan | None:
    """The plan of the job that is continued, as this job's own; None when its encoded views were swept."""
    for name in continued.blocks.values():
        if context.blobs.stat(BlobKey(record.tenant, name)) is None:
            return None
    return _stored(context, replace(continued, job_id=record.id))


def _new_plan(
    context: DriverContext,
    record: JobRecord,
    spec: FitSpec,
    rows: TrainingRows,
    course: Spending,
    continued: StudyPlan | None,
) -> tuple[StudyPlan, Mapping[str, bytes]]:
    tenant, blobs, store = record.tenant, context.blobs, context.block_store
    prefix = view_prefix(spec, rows, context.clock.now())
    encoder = fit_encoder(blobs, tenant, prefix, spec, rows)
    columns = encoder.columns("tree")
    shape = _shape(rows, len(columns))
    first = _portfolio(record, spec, shape, _offered(spec, rows, encoder))
    wanted = {families()[each.family].view for each in first} | {"tree"}
    views = [view for view in VIEWS if view in wanted]
    names = put_views(blobs, store, tenant, prefix, views, encoder, rows)

    def fold_s(dearest: Configuration) -> float | None:
        X = store.get(tenant, names["tree"])["X"]
        return fold_s_by_first_rounds(dearest, X, rows.y, columns, shape, course.budget_s, context.clock)

    k = _count(record, spec, shape, first, course.budget_s, fold_s) if continued is None else continued.k
    # Few rows may allow fewer folds than were asked for.
    fold = _folds(spec, rows, k)
    k = int(fold.max()) + 1
    target = f"{prefix}/target-{_split_name(spec)}{k}"
    if blobs.stat(BlobKey(tenant, target)) is None:
        failpoint("jobs.target.before")
        store.put(tenant, target, {"y": rows.y, "fold": fold})
        failpoint("jobs.target.after")
    plan = StudyPlan(
        job_id=record.id,
        tenant=tenant,
        dataset_id=spec.dataset_id,
        task=rows.task,
        metric=record.plan["metric"],
        n_classes=rows.n_classes,
        seed=spec.seed,
        k=k,
        blocks={**names, "target": target},
        columns={view: encoder.columns(view) for view in views},
        families=tuple(sorted({each.family for each in first})),
        class_weights=class_weights(spec, rows),
        deterministic=spec.deterministic,
        # Of the whole budget, not of a fold's slice: folds of one trial are to be fitted alike.
        hurried=course.budget_s < SHORT_BUDGET_S and not spec.deterministic,
    )
    if continued is not None and not _same_columns(plan, continued):
        raise InvalidInputError(
            "The table's columns are encoded in another way than for the job that this one continues.",
            code="not_continuable",
            hint="Submit a new job.",
        )
    return _stored(context, plan), encoder.to_files()


def _offered(spec: FitSpec, rows: TrainingRows, encoder: FeatureEncoder) -> frozenset[View]:
    """The views that are not too large, and those of families that were asked for by name."""
    named = {*(spec.families or ()), *(each.family for each in spec.configurations)}
    asked = {families()[name].view for name in named}
    many = rows.n_classes >= MANY_CLASSES
    most: dict[View, int] = {"linear": _MOST_FOR_NETS if many else _MOST_LINEAR_CELLS, "terms": _MOST_TERMS_CELLS}
    fits = (view for view in most if len(rows.y) * len(encoder.columns(view)) <= most[view])
    return frozenset(["tree", *asked, *fits])


def _count(
    record: JobRecord,
    spec: FitSpec,
    shape: TableShape,
    first: Sequence[Configuration],
    budget_s: float,
    fold_s: Callable[[Configuration], float | None],
) -> int:
    """K by what the dearest member costs: measured by `fold_s` where its prior does not decide by itself."""
    # How many CPUs are free is of the moment, and so is what is measured.
    workers = 1 if spec.deterministic else max(1, record.cpus or 1)
    # A driver that was lost on the way here may have been lost to the learner that is timed.
    may_time = not spec.deterministic and record.attempts <= 1
    dearest = worth_timing(first, shape, budget_s, workers) if may_time else None
    return folds_count(shape, budget_s, workers, None if dearest is None else fold_s(dearest))


def _same_columns(plan: StudyPlan, continued: StudyPlan) -> bool:
    # Fold models are fed by position.
    pairs = [(plan.columns[view], continued.columns[view]) for view in plan.columns if view in continued.columns]
    return plan.k == continued.k and all(
        [(each.name, each.source) for each in mine] == [(each.name, each.source) for each in theirs]
        for mine, theirs in pairs
    )


def _stored(context: DriverContext, plan: StudyPlan) -> StudyPlan:
    key = BlobKey(plan.tenant, study_blob(plan.job_id))
    failpoint("jobs.plan.before")
    info = context.blobs.put(key, plan.to_bytes())
    failpoint("jobs.plan.after")
    # Another driver of this job was first: its folds are the study's.
    return plan if info.created else StudyPlan.from_bytes(read_all(context.blobs, key))


def wishes_of(spec: FitSpec) -> Wishes:
    """What the owner asked for beside the metric."""
    costs = None if spec.costs is None else (spec.costs.false_positive, spec.costs.false_negative)
    return Wishes(spec.intervals, costs)


def _folds(spec: FitSpec, rows: TrainingRows, k: int) -> NDArray[np.int16]:
    match spec.split.kind:
        case "group" | "time" | "fold" as kind:
            assert rows.deciding is not None
            return column_folds(kind, rows.deciding, rows.y, rows.task, k, spec.seed)
        case "auto" | "random" | "stratified" as kind:
            return make_folds(rows.y, rows.task, k, spec.seed, kind)


def _split_name(spec: FitSpec) -> str:
    if spec.split.kind in ("auto", "stratified"):
        return ""
    column = spec.split.column
    digest = "" if column is None else f"{hashlib.sha256(column.encode()).hexdigest()[:16]}-"
    return f"{spec.split.kind}-{digest}"


def _shape(rows: TrainingRows, n_columns: int) -> TableShape:
    """n_columns: of the tree view."""
    kinds = [rows.schema.column(name).type for name in rows.features]
    return TableShape(
        task=rows.task,
        n_rows=len(rows.y),
        n_columns=n_columns,
        n_classes=rows.n_classes,
        categorical_share=sum(kind in _CATEGORICAL for kind in kinds) / len(kinds),
        has_text=ColumnType.TEXT in kinds,
        is_skewed=rows.task is Task.REGRESSION and is_skewed(rows.y),
    )


def _portfolio(record: JobRecord, spec: FitSpec, shape: TableShape, views: Container[str]) -> tuple[Configuration, ...]:
    """Depends on the owner's wishes and the table alone, so that trial numbers mean the same to each driver, and to a
    job that continues another: its list begins with that one's."""
    known = families()
    own = [
        Configuration(each.family, validated(each.family, each.params), "user", f"{known[each.family].title} (yours)")
        for each in spec.configurations
    ]
    allowed = {name for name, info in known.items() if shape.task in info.tasks}
    if spec.class_weights is not None:
        allowed &= {name for name, info in known.items() if info.is_weighted}
    if spec.families is not None:
        allowed &= set(spec.families)
    allowed -= {name for name in allowed if known[name].view not in views}
    asked = None if spec.families is None else [name for name in spec.families if name in allowed]
    first_s = record.plan.get("portfolio_s", spec.budget.seconds)
    ours = [each for each in portfolio(shape, first_s, asked) if each.family in allowed]
    if record.continues is not None and not only_refits(record):
        longer = portfolio(shape, first_s + spec.budget.seconds, asked)
        names = {each.name for each in ours}
        ours += [each for each in longer if each.family in allowed and each.name not in names]
    if "linear" not in views and _SHORT_RUN.family in allowed:
        ours.insert(0, _SHORT_RUN)
    return (*own, *ours)[: spec.budget.trials]
