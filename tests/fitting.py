"""Jobs that end when so many trials are made: what they leave does not depend on how fast the machine is."""

from collections.abc import Sequence

from automl.client.client import Client
from automl.client.handles import Job
from automl.core.spec import checked_spec

# Many times what such a job takes.
LONG_S = 110.0
# Ones that answer and are fitted quickly.
QUICK = ("linear", "lightgbm")


def fitted(
    client: Client,
    dataset: str,
    target: str,
    *,
    trials: int = 3,
    families: Sequence[str] = QUICK,
    metric: str | None = None,
) -> Job:
    """An ended job with a model. dataset: an id or the path of a file."""
    body = {
        "dataset_id": client.dataset_of(dataset).id,
        "target": target,
        "metric": metric,
        "families": tuple(families),
        "budget": {"seconds": LONG_S, "trials": trials},
    }
    return Job(client, client.jobs.submit(checked_spec(body))).wait(quiet=True)
