"""The only broker dies under a working job and comes back: the job does not notice, and clients are on time again."""

import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from automl.client.fit import fit as fit_job
from tests.faults.times import Times
from tests.halves import named_servers
from tests.history import check_history, until_folds
from tests.servers import Servers
from tests.service_process import EXAMPLES, Service

pytestmark = [pytest.mark.e2e, pytest.mark.faults, pytest.mark.long, pytest.mark.timeout(600)]

BROKER = "kafka-1"
LAG_S = 10.0


@pytest.fixture
def over_one(servers: Servers, tmp_path: Path) -> Iterator[Service]:
    """The whole service over one node of each."""
    made = Service(tmp_path, settings=named_servers(servers, copies=1))
    made.start()
    yield made
    made.stop()


def test_the_bus_killed_and_back(
    servers: Servers, over_one: Service, times: Times, wait_for: Callable[..., None]
) -> None:
    with over_one.client() as client:

        def bus() -> str:
            return str(client.system.info()["components"]["events"]["state"])

        job = fit_job(str(EXAMPLES / "titanic.csv"), "Survived", budget="60s", wait=False, client=client)
        seen = until_folds(client, job, 3)
        servers.cluster.kill(BROKER)
        folds = sum(event.type == "fold.done" for event in seen)
        try:
            until_folds(client, job, folds + 3)
            wait_for(lambda: bus() == "down", 60, "a service that knows of it")
        finally:
            servers.cluster.start(BROKER)
        back_at = time.time()
        lags = [
            time.time() - event.at.timestamp()
            for event in client.jobs.events(job.id)
            if event.at.timestamp() >= back_at
        ]
        assert lags, "the job ended before the broker was back"
        times.add("event lag after the brokers came back", max(lags), LAG_S, slack=1.0)
        wait_for(lambda: bus() == "ok", 60, "a bus that is well")
        job.wait(quiet=True)
        check_history(client, job)
        assert job.view.times.job_s is not None
        assert job.view.times.job_s <= 62
        assert job.view.times.lost_s == 0.0
