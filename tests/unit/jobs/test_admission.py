"""Fair share among tenants, then priority, then age; CPUs never beyond what there are."""

from collections.abc import Callable
from dataclasses import replace

from automl.core.spec import FitSpec
from automl.jobs.admission import next_admission
from automl.jobs.aggregate import JobRecord

MakeJob = Callable[..., JobRecord]


def test_alone_it_gets_every_free_cpu(make_job: MakeJob) -> None:
    admission = next_admission([make_job()], [], 4)
    assert admission is not None
    assert admission.cpus == 4


def test_it_takes_no_more_than_it_asked_for(make_job: MakeJob) -> None:
    spec = FitSpec.model_validate({"dataset_id": "d", "target": "y", "budget": {"cpus": 3}}).to_json()
    admission = next_admission([make_job(spec=spec)], [], 8)
    assert admission is not None
    assert admission.cpus == 3


def test_with_others_waiting_it_gets_its_share(make_job: MakeJob) -> None:
    waiting = [make_job(f"job {number}") for number in range(3)]
    admission = next_admission(waiting, [], 8)
    assert admission is not None
    assert (admission.record.name, admission.cpus) == ("job 0", 2)


def test_at_least_one_cpu_each(make_job: MakeJob) -> None:
    waiting = [make_job(f"job {number}") for number in range(5)]
    admission = next_admission(waiting, [], 2)
    assert admission is not None
    assert admission.cpus == 1


def test_nothing_starts_without_a_free_cpu(make_job: MakeJob) -> None:
    assert next_admission([make_job()], [make_job("other", running=True)], 2) is None


def test_the_tenant_with_less_goes_first(make_job: MakeJob) -> None:
    busy = make_job("busy", running=True)
    mine, theirs = make_job("mine", priority=9), make_job("theirs", tenant="rival")
    admission = next_admission([mine, theirs], [busy], 4)
    assert admission is not None
    assert admission.record.tenant == "rival"


def test_priority_then_age(make_job: MakeJob) -> None:
    first, second = make_job("first"), make_job("second")
    third = make_job("third", priority=7)
    order = []
    waiting = [replace(second, created_at=second.created_at + 1), first, third]
    while (admission := next_admission(waiting, [], 100)) is not None:
        order.append(admission.record.name)
        waiting = [each for each in waiting if each.id != admission.record.id]
    assert order == ["third", "first", "second"]
