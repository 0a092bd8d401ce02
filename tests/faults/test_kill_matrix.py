"""kill -9 and SIGSTOP of each kind of process of a real service: jobs end once, recorded folds are not run again.

`make test` runs worker, driver, a paused driver and the API replica; `make faults` all. Times against their bounds are
printed at the end and written where `--fault-report` says.
"""

import contextlib
import hashlib
import os
import signal
import time
from collections.abc import Callable, Iterator

import pytest

from automl.client.client import Client
from automl.client.fit import fit as fit_job
from automl.client.handles import Job
from automl.client.local import find
from automl.core.errors import AutomlError
from automl.jobs.budget import STOP_LEAST_S, reserve_s
from benchmarks.processes import command, is_running
from tests.asking import asking
from tests.faults.times import Times
from tests.history import check_history, until_folds
from tests.leaks import leaks, unnamed_blobs
from tests.processes import named, processes_below
from tests.ray_state import RayLook
from tests.service_process import EXAMPLES, Service

pytestmark = [pytest.mark.e2e, pytest.mark.faults]

TITANIC = EXAMPLES / "titanic.csv"
Wait = Callable[..., None]
Hosted = Callable[[], list[int]]


def pids(service: Service, word: str) -> list[int]:
    assert service.process is not None
    return named(processes_below(service.process.pid), word)


def kill(victims: list[int], number: signal.Signals = signal.SIGKILL) -> float:
    """Send a signal to all; when."""
    assert victims, "no such process"
    for pid in victims:
        with contextlib.suppress(ProcessLookupError):
            os.kill(pid, number)
    return time.monotonic()


def titanic_job(client: Client, budget: str, folds: int = 3) -> Job:
    """A job that has recorded some folds."""
    job = fit_job(str(TITANIC), "Survived", budget=budget, wait=False, client=client)
    until_folds(client, job, folds)
    return job


@pytest.fixture
def hosted(service: Service) -> Hosted:
    """Finds the actors of jobs: all there are but those that were there before, which host the controllers."""
    before = set(pids(service, "ray::Driver"))
    return lambda: sorted(set(pids(service, "ray::Driver")) - before)


def until(client: Client, job: Job, kind: str) -> None:
    """Follow the job's events up to the first of a kind. AssertionError: it ended without one."""
    assert any(event.type == kind for event in client.jobs.events(job.id)), f"no {kind}"


def answers(client: Client, job: Job) -> bool:
    try:
        client.jobs.get(job.id)
        return True
    except AutomlError:
        return False


@pytest.fixture(scope="module")
def look(service: Service) -> Iterator[RayLook]:
    """What Ray itself says that it holds."""
    with RayLook(service.home) as made:
        yield made


def no_trace_of(service: Service, job: Job, look: RayLook) -> None:
    """No actor, placement group, taken CPU or scratch folder is left, and hardly a blob that nobody names."""
    assert leaks(service.home, look) == []
    # What its workers had stored when it ended, or they were killed, and nobody recorded: an hour later it is swept.
    stray = unnamed_blobs(service.home, f"{job.id}/")
    assert all(name.startswith(f"{job.id}/folds/") for name in stray), stray
    assert len(stray) <= 2 * (os.cpu_count() or 1), stray


def test_a_worker_killed_in_a_fold(
    service: Service, times: Times, hosted: Hosted, look: RayLook, wait_for: Wait
) -> None:
    with service.client() as client:
        job = titanic_job(client, "20s")
        before = len(pids(service, "ray::Fold"))
        killed = kill(pids(service, "ray::Fold")[:1])
        wait_for(lambda: len(pids(service, "ray::Fold")) >= before, 90, "another worker")
        times.add("trial restarts after a worker was killed", time.monotonic() - killed, 15.0)
        job.wait(quiet=True)
        check_history(client, job)
        assert job.view.times.job_s is not None
        assert job.view.times.job_s <= 22
        no_trace_of(service, job, look)


def test_a_driver_killed(service: Service, times: Times, hosted: Hosted, look: RayLook, wait_for: Wait) -> None:
    with service.client() as client:
        job = titanic_job(client, "30s")
        killed = kill(hosted())
        until(client, job, "job.driver_replaced")
        times.add("job resumes after its driver was killed", time.monotonic() - killed, 30.0)
        job.wait(quiet=True)
        check_history(client, job)
        assert job.view.times.lost_s > 0
        assert job.model.predict([]) == []
        no_trace_of(service, job, look)


def test_a_driver_paused_beyond_its_lease(service: Service, hosted: Hosted, look: RayLook) -> None:
    with service.client() as client:
        job = titanic_job(client, "60s")
        paused = hosted()
        kill(paused, signal.SIGSTOP)
        try:
            until(client, job, "job.driver_replaced")
        finally:
            # The zombie wakes up; its writes carry an epoch that is over.
            kill(paused, signal.SIGCONT)
        job.wait(quiet=True)
        check_history(client, job)
        no_trace_of(service, job, look)


def test_the_api_replica_killed(service: Service, times: Times, wait_for: Wait) -> None:
    with service.client() as client:
        job = titanic_job(client, "20s", folds=2)
        with asking(service, f"/v1/jobs/{job.id}", "/v1/models") as asked:
            killed = kill(pids(service, "ray::ServeReplica:automl:Api"))
            wait_for(lambda: answers(client, job), 120, "an answer")
            times.add("API answers after its replica was killed", time.monotonic() - killed, 10.0)
        # No answer, or the problem that says when to come back; never an empty 500, never a 404 of what is there.
        assert [each for each in asked.bad if ": 503 " not in each and "Error(" not in each] == []
        job.wait(quiet=True)
        check_history(client, job)


@pytest.mark.long
def test_the_proxy_killed(service: Service, times: Times, wait_for: Wait) -> None:
    with service.client() as client:
        job = titanic_job(client, "20s", folds=2)
        with asking(service, f"/v1/jobs/{job.id}") as asked:
            killed = kill(pids(service, "ray::ProxyActor"))
            wait_for(lambda: answers(client, job), 240, "an answer")
            times.add("API answers after the proxy was killed", time.monotonic() - killed, 10.0)
        assert [each for each in asked.bad if ": 503 " not in each and "Error(" not in each] == []
        job.wait(quiet=True)
        check_history(client, job)


@pytest.mark.long
def test_the_scorer_killed(service: Service, times: Times, wait_for: Wait) -> None:
    with service.client() as client:
        job = fit_job(str(TITANIC), "Survived", budget="10s", client=client)
        row = [{"Pclass": 3, "Sex": "female"} | dict.fromkeys(_OTHERS)]
        first = job.model.predict(row)
        killed = kill(pids(service, "ray::ServeReplica:automl:Scorer"))

        def predicts() -> bool:
            try:
                return bool(job.model.predict(row) == first)
            except AutomlError:
                return False

        wait_for(predicts, 120, "a prediction")
        times.add("predictions after the Scorer was killed", time.monotonic() - killed, 10.0)


@pytest.mark.long
def test_the_controller_killed(service: Service, times: Times) -> None:
    controllers = pids(service, "ray::Driver")
    with service.client() as client:
        job = titanic_job(client, "20s", folds=2)
        kill(controllers)
        job.wait(quiet=True)
        check_history(client, job)
        # Nothing but controllers is left; what is asked for now waits for those that come after them.
        killed = kill(pids(service, "ray::Driver"))
        again = titanic_job(client, "10s", folds=1)
        times.add("a new job works after the controllers were killed", time.monotonic() - killed, 30.0)
        assert again.wait(quiet=True).view.state == "succeeded"


def test_stop_is_answered(service: Service, times: Times) -> None:
    with service.client() as client:
        job = titanic_job(client, "60s")
        asked = time.monotonic()
        client.jobs.stop(job.id)
        times.add("stop is answered", time.monotonic() - asked, 1.0)
        job.wait(quiet=True)
        times.add("a stopped job has its model", time.monotonic() - asked, max(STOP_LEAST_S, reserve_s(60.0)))
        check_history(client, job)
        assert job.model.predict([]) == []


def test_the_whole_service_killed(own_service: Service, times: Times) -> None:
    own_service.start()
    assert own_service.process is not None
    with own_service.client() as client:
        job = titanic_job(client, "40s")
    below = processes_below(own_service.process.pid)
    commands = {pid: command(pid) for pid in below}
    own_service.stop(signal.SIGKILL)
    left = list(below)
    for _ in range(200):
        left = [pid for pid in left if is_running(pid)]
        if not left:
            break
        time.sleep(0.1)
    assert not left, f"processes outlive the service: {[commands[pid] for pid in left]}"
    times.add("service ready after a power-cycle", own_service.start(), 20.0)
    with own_service.client() as client:
        again = Job(client, client.jobs.get(job.id)).wait(quiet=True)
        check_history(client, again)
        stored = client.datasets.download(str(again.view.dataset_id))
        assert hashlib.sha256(stored).hexdigest() == hashlib.sha256(TITANIC.read_bytes()).hexdigest()


@pytest.mark.long
@pytest.mark.timeout(900)
@pytest.mark.parametrize("program", ["gcs_server", "raylet"])
def test_the_head_of_ray_killed(own_service: Service, times: Times, program: str, wait_for: Wait) -> None:
    own_service.start()
    assert own_service.process is not None
    pid, url = own_service.process.pid, own_service.url
    with own_service.client() as client:
        job = titanic_job(client, "60s")
        below = processes_below(pid)
        killed = kill([each for each in below if command(each).split(" ")[0].endswith(f"/{program}")])
        # All of Ray begins anew, in the same process, at the same address.
        wait_for(lambda: not below & processes_below(pid), 60, "the end of what Ray had started")
        wait_for(lambda: answers(client, job), 240, "an answer")
        times.add(f"service answers after its {program} was killed", time.monotonic() - killed, 30.0)
        wait_for(lambda: find(own_service.home) is not None, 60, "a service that says where it is")
        assert (own_service.process.poll(), own_service.url) == (None, url)
        job.wait(quiet=True)
        check_history(client, job)
        with RayLook(own_service.home) as look:
            no_trace_of(own_service, job, look)
        said = (own_service.home / "test-service.log").read_text()
        assert f"Ray's process {program} is gone" in said
    own_service.stop()


_OTHERS = ("PassengerId", "Name", "Age", "SibSp", "Parch", "Ticket", "Fare", "Cabin", "Embarked")
