"""kill -9 of worker, driver and the whole service: the job still ends once and recorded folds are not run again."""

import hashlib
import os
import signal
from collections.abc import Callable
from pathlib import Path

import pytest

from automl.client.fit import fit as fit_job
from automl.client.handles import Job
from tests.history import check_history, until_folds
from tests.processes import command, named, processes_below
from tests.service_process import EXAMPLES, Service

pytestmark = [pytest.mark.e2e, pytest.mark.faults]


def test_kill_9_of_a_worker_in_a_fold(service: Service, wait_for: Callable[..., None]) -> None:
    assert service.process is not None
    with service.client() as client:
        job = fit_job(str(EXAMPLES / "titanic.csv"), "Survived", budget="20s", wait=False, client=client)
        until_folds(client, job, 3)
        workers = named(processes_below(service.process.pid), "ray::Fold")
        assert workers, "no worker is running a fold"
        os.kill(workers[0], signal.SIGKILL)
        job.wait(quiet=True)
        check_history(client, job)
        assert job.view.times.job_s is not None
        assert job.view.times.job_s <= 22


def test_kill_9_of_the_driver(service: Service) -> None:
    assert service.process is not None
    with service.client() as client:
        job = fit_job(str(EXAMPLES / "titanic.csv"), "Survived", budget="30s", wait=False, client=client)
        until_folds(client, job, 3)
        drivers = named(processes_below(service.process.pid), "ray::Driver")
        assert drivers, "no driver runs"
        for pid in drivers:
            os.kill(pid, signal.SIGKILL)
        job.wait(quiet=True)
        events = check_history(client, job)
        assert sum(event.type == "job.driver_replaced" for event in events) >= 1
        assert job.view.times.lost_s > 0
        assert job.model.predict([]) == []


def test_kill_9_of_the_whole_service_and_restart(own_service: Service) -> None:
    own_service.start()
    assert own_service.process is not None
    content = (EXAMPLES / "titanic.csv").read_bytes()
    with own_service.client() as client:
        job = fit_job(str(EXAMPLES / "titanic.csv"), "Survived", budget="40s", wait=False, client=client)
        until_folds(client, job, 3)
    below = processes_below(own_service.process.pid)
    commands = {pid: command(pid) for pid in below}
    own_service.stop(signal.SIGKILL)
    left = [pid for pid in below if Path(f"/proc/{pid}").exists()]
    for _ in range(200):
        left = [pid for pid in left if Path(f"/proc/{pid}/exe").exists()]
        if not left:
            break
        signal.sigtimedwait([], 0.1)
    assert not left, f"processes outlive the service: {[commands[pid] for pid in left]}"
    restart_s = own_service.start()
    assert restart_s < 60
    with own_service.client() as client:
        again = Job(client, client.jobs.get(job.id)).wait(quiet=True)
        check_history(client, again)
        stored = client.datasets.download(str(again.view.dataset_id))
        assert hashlib.sha256(stored).hexdigest() == hashlib.sha256(content).hexdigest()
