"""Puts a report together: the quick sections from the evidence, and later those that look at the data again."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from pydantic import TypeAdapter

from automl.core.performance_views import (
    BinaryPerformance,
    MulticlassPerformance,
    Part,
    Performance,
    RegressionPerformance,
    SectionStatus,
)
from automl.core.report_views import (
    ChecksSection,
    ContributionsSection,
    DependenceSection,
    ImportanceSection,
    Lineage,
    MembersSection,
    MemberView,
    ReportView,
    ScoresSection,
    TimesSection,
    TriedSection,
)
from automl.core.trials import Task
from automl.core.views import ModelVersionView
from automl.registry.manifest import Manifest
from automl.reports.binary import binary_data
from automl.reports.evidence import Evidence
from automl.reports.multiclass import multiclass_data
from automl.reports.regression import regression_data
from automl.reports.scores import scores_data
from automl.reports.story import JobStory, times_data, tried_data

_log = logging.getLogger(__name__)
_PERFORMANCE: TypeAdapter[Any] = TypeAdapter(Performance)
NO_EVIDENCE = "The out-of-fold predictions of this model were not kept."


class Quick(Part):
    """The sections that take no look at the data: stored once they are made."""

    scores: ScoresSection
    performance: Performance
    members: MembersSection
    tried: TriedSection
    times: TimesSection
    libraries: dict[str, str]
    dataset_digest: str | None = None


class Insights(Part):
    """The sections that do: stored once they are made."""

    importance: ImportanceSection
    dependence: DependenceSection
    contributions: ContributionsSection
    checks: ChecksSection


@dataclass(frozen=True)
class Known:
    """What is there to make the quick sections from. job: None when it was deleted."""

    version: ModelVersionView
    manifest: Manifest
    evidence: Evidence | None
    job: JobStory | None


def quick_sections(known: Known) -> Quick:
    """Scores, curves, members, what was tried, times."""
    evidence, version = known.evidence, known.version
    facts = None if evidence is None else evidence.facts
    trials = list(known.job.trials if known.job is not None else [] if facts is None else facts.trials)
    members = len(known.manifest.members)
    shipped = known.manifest.variant_reason
    reason = None if known.job is None else known.job.end_reason
    return Quick(
        scores=_scores(evidence, version.test_score),
        performance=performance_of(Task(version.task), evidence),
        members=MembersSection(status="complete", data=_members(known)),
        tried=TriedSection(
            status="complete", data=tried_data(trials, version.metric, version.score, members, reason, shipped)
        )
        if trials
        else TriedSection(status="unavailable", reason="The job of this model was deleted."),
        times=TimesSection(
            status="partial" if known.job is None else "complete",
            reason="The job of this model was deleted." if known.job is None else None,
            data=times_data(
                known.job, trials, None if facts is None else facts.cpus, None if facts is None else facts.budget_s
            ),
        ),
        libraries=dict(known.manifest.libraries),
        dataset_digest=None if facts is None else facts.dataset_digest,
    )


def performance_of(task: Task, evidence: Evidence | None, costs: tuple[float, float] | None = None) -> Any:
    """The section of this task. costs: of a missed positive and of a false alarm; None: the job's own."""
    reason = NO_EVIDENCE
    if evidence is not None:
        try:
            return _performance(task, evidence, costs)
        # One section must not take the report along, whatever is odd about these predictions.
        except Exception as error:  # noqa: BLE001
            _log.warning("the curves of a report failed", exc_info=error)
            reason = f"It could not be computed: {str(error)[:200]}"
    return _PERFORMANCE.validate_python({"task": str(task), "status": "unavailable", "reason": reason})


def _scores(evidence: Evidence | None, test_score: float | None) -> ScoresSection:
    if evidence is None:
        return ScoresSection(status="unavailable", reason=NO_EVIDENCE)
    try:
        return ScoresSection(status="complete", data=scores_data(evidence, test_score))
    # As above.
    except Exception as error:  # noqa: BLE001
        _log.warning("the scores of a report failed", exc_info=error)
        return ScoresSection(status="unavailable", reason=f"It could not be computed: {str(error)[:200]}")


def _performance(task: Task, evidence: Evidence, costs: tuple[float, float] | None) -> Any:
    facts, classes = evidence.facts, evidence.facts.classes or []
    partial = len(evidence.y) < facts.rows
    status: SectionStatus = "partial" if partial else "complete"
    reason = f"{len(evidence.y)} of {facts.rows} rows, evenly drawn." if partial else None
    if task is Task.REGRESSION:
        regression = regression_data(evidence.y, evidence.prediction)
        return RegressionPerformance(status=status, reason=reason, data=regression)
    if task is Task.MULTICLASS:
        multiclass = multiclass_data(evidence.y, evidence.prediction, classes)
        return MulticlassPerformance(status=status, reason=reason, data=multiclass)
    binary = binary_data(evidence.y, evidence.prediction, classes, facts.adjustment.threshold, costs or facts.costs)
    return BinaryPerformance(status=status, reason=reason, data=binary)


def report_view(version: ModelVersionView, quick: Quick, insights: Insights) -> ReportView:
    """Everything together; `complete` when nothing is pending."""
    sections = [insights.importance, insights.dependence, insights.contributions, insights.checks]
    is_pending = any(each.status == "pending" for each in sections)
    whole = [*sections, quick.scores, quick.performance, quick.members, quick.tried, quick.times]
    status: SectionStatus = "complete" if all(each.status == "complete" for each in whole) else "partial"
    return ReportView(
        status="pending" if is_pending else status,
        model_id=version.model_id,
        version=version.version,
        task=version.task,
        target=version.target,
        metric=version.metric,
        classes=version.classes,
        created_at=version.created_at,
        variant=version.variant,
        scores=quick.scores,
        performance=quick.performance,
        importance=insights.importance,
        dependence=insights.dependence,
        contributions=insights.contributions,
        members=quick.members,
        checks=insights.checks,
        tried=quick.tried,
        times=quick.times,
        lineage=Lineage(
            dataset_id=version.dataset_id,
            dataset_digest=quick.dataset_digest,
            job_id=version.job_id,
            model_id=version.model_id,
            version=version.version,
            label=version.label,
            package_digest=version.digest,
            libraries=quick.libraries,
        ),
    )


def without_data(status: SectionStatus, reason: str | None) -> Insights:
    """All slow sections in one state."""
    return Insights(
        importance=ImportanceSection(status=status, reason=reason),
        dependence=DependenceSection(status=status, reason=reason),
        contributions=ContributionsSection(status=status, reason=reason),
        checks=ChecksSection(status=status, reason=reason),
    )


def _members(known: Known) -> list[MemberView]:
    kept: Mapping[str, Any] = (
        {} if known.evidence is None else {each.name: each for each in known.evidence.facts.members}
    )
    return [
        MemberView(
            name=each.name,
            family=each.family,
            weight=each.weight,
            folds=len(each.folds),
            score=each.score,
            params=each.params,
            **({} if each.name not in kept else kept[each.name].model_dump(exclude={"name", "folds"})),
        )
        for each in sorted(known.manifest.members, key=lambda each: -each.weight)
    ]
