"""`automl.fit`: from data to a model in one call."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from automl.client import flows
from automl.client.client import Client
from automl.client.handles import Job
from automl.core.spec import Preset, checked_spec, seconds


def fit(
    dataset: Any,
    target: str | None = None,
    *,
    task: str = "auto",
    metric: str | None = None,
    budget: str | float = "5m",
    preset: Preset = "balanced",
    seed: int = 0,
    wait: bool = True,
    families: Sequence[str] | None = None,
    exclude: Sequence[str] = (),
    test: Any = None,
    split: str = "auto",
    model: str | None = None,
    client: Client | None = None,
) -> Job:
    """Find the best model for one column within a stated time.

    dataset, test: a dataset id, a file, a DataFrame or an Arrow table; `test` rows are scored at the end alone.
    target: the column to predict; may be left out where one column has a conventional name (`target`, `label`, …).
    split: how validation rows are chosen: `auto`, `random`, `group:COLUMN` (equal values stay together), `time:COLUMN`
    (the newest rows validate) or `fold:COLUMN` (each value is a fold).
    model: id or name of a model whose next version the result becomes; its target and task must be the same, and its
    champion stays the champion until you move that alias.
    budget: seconds, or text such as `60s`, `5m`, `1h`, from admission to the end.
    preset: `balanced` ships the ensemble of fold models; `fast` its best member alone, fitted again on all rows within
    the budget: small and quick to predict with.
    Raises InvalidInputError (bad argument or file: names the place), JobFailedError (with `wait`), UnreachableError.
    """
    client = client or Client()
    data = client.dataset_of(dataset)
    held_out = None if test is None else {"dataset_id": client.dataset_of(test).id}
    spec = checked_spec(
        {
            "dataset_id": data.id,
            "target": target or client.run(flows.guess_target(data.id)),
            "task": task,
            "metric": metric,
            "budget": {"seconds": seconds(budget)},
            "preset": preset,
            "families": families if families is None else tuple(families),
            "exclude": tuple(exclude),
            "test": held_out,
            "split": split_of(split),
            "seed": seed,
            "model": model,
        }
    )
    job = Job(client, client.jobs.submit(spec))
    return job.wait() if wait else job


def split_of(text: str) -> dict[str, str]:
    """The split of a text such as `time:day`, as a job asks for it."""
    kind, separator, column = text.partition(":")
    return {"kind": kind, "column": column} if separator else {"kind": kind}


def upload(data: Any, *, name: str | None = None, client: Client | None = None) -> str:
    """Send a file, DataFrame or Arrow table; the id of the ready dataset. InvalidInputError: it was rejected."""
    return (client or Client()).upload(data, name=name).id
