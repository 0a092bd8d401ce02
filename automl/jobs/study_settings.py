"""What a study is told of a job that is ready to begin."""

from __future__ import annotations

from automl.jobs.aggregate import JobRecord
from automl.jobs.budget import Spending
from automl.jobs.prepare import Prepared
from automl.pipelines.estimators.catalog import families
from automl.search.blending import is_capped
from automl.search.settings import StudySettings


def study_settings(prepared: Prepared, record: JobRecord, course: Spending) -> StudySettings:
    """The plain values a study decides by."""
    question, plan, spec = prepared.question, prepared.plan, prepared.spec
    return StudySettings(
        task=question.task,
        metric=question.metric,
        n_rows=len(question.y),
        n_columns=max(len(columns) for columns in plan.columns.values()),
        n_classes=plan.n_classes,
        k=question.k,
        validated_rows=int((question.fold == 0).sum()),
        workers=max(1, record.cpus or 1),
        admitted_at=course.admitted_at,
        fit_end_at=course.fit_end_at,
        deadline_at=course.deadline_at,
        seed=spec.seed,
        trials_max=spec.budget.trials,
        capped=frozenset(name for name, info in families().items() if is_capped(info.is_neural, plan.n_classes)),
        deterministic=plan.deterministic,
    )
