"""A job that goes on where another one ended: it names that one's folds, which live as long as anybody names them.

The first job knows its heirs, and is told of one before that one starts; deleted, it is only hidden while an heir that
needs its folds is left.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from automl.backends.records.base import Records
from automl.core.clock import Clock
from automl.core.errors import ConflictError, ErrorItem, InvalidInputError, NotFoundError
from automl.core.spec import MIN_SECONDS, Budget, FitSpec
from automl.core.states import JobKind, JobState, TrialState, Wanted
from automl.core.trials import FoldResult
from automl.datasets.idempotency import Idempotency
from automl.datasets.service import Datasets
from automl.jobs.aggregate import FOLDS, TRIALS, Change, JobRecord, change_job, job_key
from automl.jobs.checks import ready
from automl.jobs.joining import model_of
from automl.jobs.ledger import all_rows

_CODE = "job_not_extendable"
# Of a plan: nothing is searched, a member is fitted again on all rows; folds that the deterministic study lacked.
_REFIT_ONLY, _MISSING = "refit_only", "refit_missing"
# What drivers wrote of one job alone.
_OWN = frozenset({_REFIT_ONLY, _MISSING, "refits", "refit_epoch"})


@dataclass(frozen=True)
class Inheritance:
    """What a job finds of the one it continues. trials: number → its row as the new job begins with it, of trials that
    were judged."""

    results: tuple[FoldResult, ...] = ()
    trials: Mapping[int, Mapping[str, Any]] = field(default_factory=dict)


def check_extendable(record: JobRecord) -> None:
    """ConflictError `job_not_extendable`: more time can do nothing for this job."""
    if record.kind is not JobKind.FIT:
        raise ConflictError("Only fits can be extended.", code=_CODE)
    if record.state is JobState.CANCELLED or record.wanted is Wanted.CANCEL:
        raise ConflictError("The job was cancelled; nothing of it is kept.", code=_CODE, hint="Submit a new job.")


def check_refittable(record: JobRecord) -> None:
    """ConflictError `job_not_refittable`: there is no ensemble to make a fast model of."""
    code = "job_not_refittable"
    if record.kind is not JobKind.FIT or record.state is not JobState.SUCCEEDED:
        hint = "Wait for its end." if record.kind is JobKind.FIT and not record.state.is_terminal else ""
        raise ConflictError("Only a fit that has succeeded can be made fast.", code=code, hint=hint)
    if record.result.get("variant") == "fast":
        raise ConflictError("The model of this job is the fast one already.", code=code)


def only_refits(record: JobRecord) -> bool:
    """Whether a job searches nothing: it fits the best member of the one it continues again on all rows."""
    return bool(record.plan.get(_REFIT_ONLY))


def missing_before(record: JobRecord) -> int | None:
    """Of a job that only refits: folds that the deterministic study before it lacked; None where it was not one."""
    found = record.plan.get(_MISSING)
    return None if found is None else int(found)


def continuation(
    records: Records,
    datasets: Datasets,
    first: JobRecord,
    seconds: float,
    job_id: str,
    idempotency: Idempotency | None,
    refit_only: bool = False,
) -> JobRecord:
    """The job that continues `first` for so many seconds: the same wishes but for the budget. refit_only: it searches
    nothing, and its model is the fast variant of what was found.

    ConflictError `job_not_extendable`: there is nothing to continue. InvalidInputError `budget_invalid`.
    """
    if seconds < MIN_SECONDS:
        raise InvalidInputError(
            f"The job is ending or has ended; a job that continues it takes at least {MIN_SECONDS:.0f} seconds.",
            code="budget_invalid",
            errors=[ErrorItem("out of range", field="seconds")],
        )
    if first.state is JobState.FAILED and not _has_model(records, first):
        raise ConflictError(
            "The job ended without a single fitted fold, so there is nothing to continue.",
            code=_CODE,
            hint="Submit a new job.",
        )
    spec = FitSpec.model_validate(first.spec)
    try:
        ready(datasets.get(first.tenant, spec.dataset_id), "dataset_id")
    except NotFoundError as error:
        raise ConflictError("The job's dataset was deleted.", code=_CODE) from error
    budget = Budget(seconds=seconds, cpus=spec.budget.cpus)
    # The first list of trials was made for the first budget, and numbers must go on meaning the same.
    known = {name: value for name, value in first.plan.items() if name not in _OWN}
    plan = {"portfolio_s": spec.budget.seconds, **known, "model_id": model_of(first)}
    changes: dict[str, Any] = {"budget": budget}
    if refit_only:
        plan |= {_REFIT_ONLY: True, _MISSING: first.result.get("missing")}
        # As many trials as there were: its list of them is the first one's.
        changes |= {"preset": "fast", "budget": budget.model_copy(update={"trials": spec.budget.trials})}
    return JobRecord(
        tenant=first.tenant,
        id=job_id,
        kind=JobKind.FIT,
        spec=spec.model_copy(update=changes).to_json(),
        name=first.name,
        priority=first.priority,
        dataset_id=first.dataset_id,
        plan=plan,
        continues=first.id,
        body_sha256=None if idempotency is None else idempotency.body_sha256,
    )


def request_of(first: JobRecord, idempotency: Idempotency | None, refit_only: bool = False) -> Idempotency | None:
    """The key of a request to go on, its body's hash bound to the job it was about, and to what was asked of it."""
    if idempotency is None:
        return None
    asked = f"{first.id} refit" if refit_only else first.id
    digest = hashlib.sha256(f"{asked} {idempotency.body_sha256}".encode()).hexdigest()
    return Idempotency(idempotency.key, digest)


def link(records: Records, clock: Clock, heir: JobRecord) -> JobRecord | None:
    """Tell the first job of its heir, so that its folds outlive its deletion; twice changes nothing. The first job, or
    None when it was deleted before it heard of this one. Raises what the store raises."""
    assert heir.continues is not None
    first = origin(records, heir)
    if first is not None and heir.id in first.heirs:
        return first

    def decide(record: JobRecord) -> Change | None:
        return None if heir.id in record.heirs else Change(replace(record, heirs=(*record.heirs, heir.id)))

    try:
        return change_job(records, clock, heir.tenant, heir.continues, decide)
    except NotFoundError:
        return None


def origin(records: Records, heir: JobRecord) -> JobRecord | None:
    """The job that this one continues, hidden or not; None when it is gone, or there is none."""
    found = None if heir.continues is None else records.read(job_key(heir.tenant, heir.continues))
    return None if found is None else JobRecord.of(found)


def inheritance(records: Records, first: JobRecord) -> Inheritance:
    """Everything that the first job learnt; nothing of a cancelled one, whose folds are gone."""
    if first.state is JobState.CANCELLED:
        return Inheritance()
    results = tuple(FoldResult.from_json(row.body) for row in all_rows(records, first, FOLDS))
    judged = {each.trial for each in results}
    trials: dict[int, Mapping[str, Any]] = {}
    for row in all_rows(records, first, TRIALS):
        number = int(row.key)
        if row.body.get("state") == TrialState.FAILED:
            trials[number] = row.body
        elif number in judged:
            # It may go on; what was left out for want of time is not named here and gets its turn.
            trials[number] = {**row.body, "state": str(TrialState.RUNNING), "reason": None}
    return Inheritance(results, trials)


def deaths_of(body: Mapping[str, Any]) -> dict[int, int]:
    """Fold → worker processes that died with it, from a trial's row."""
    return {int(fold): int(count) for fold, count in (body.get("deaths") or {}).items()}


def is_needed(records: Records, record: JobRecord) -> bool:
    """Whether anybody may still want the folds of this job: its owner, or an heir that is needed itself."""
    if not record.deleted:
        return True
    for heir_id in record.heirs:
        found = records.read(job_key(record.tenant, heir_id))
        if found is not None and is_needed(records, JobRecord.of(found)):
            return True
    return False


def _has_model(records: Records, first: JobRecord) -> bool:
    return any(FoldResult.from_json(row.body).is_usable for row in all_rows(records, first, FOLDS))
