"""What fault tests do with a service in one process: a dataset from the small table, a fit over it."""

from __future__ import annotations

from typing import Any

from automl.core.spec import FitSpec, ReadOptions
from automl.core.states import JobState
from automl.core.views import JobView
from tests.faults.small_table import CONTENT, SHA256, parts
from tests.faults.whole_service import WholeService

TENANT = "acme"


def dataset(service: WholeService) -> str:
    """A ready dataset. Raises what the service raises."""
    opened = service.datasets.open(TENANT, name="people", filename="people.csv", options=ReadOptions())
    for part in parts():
        service.datasets.put_part(TENANT, opened.id, *part)
    job_id = service.jobs.complete_upload(TENANT, opened.id, len(CONTENT), SHA256).job_id
    ended = service.ended(TENANT, str(job_id))
    assert ended.state is JobState.SUCCEEDED, ended.error
    return opened.id


def spec(dataset_id: str, **wishes: Any) -> FitSpec:
    """A fit over it; wishes: as in a request."""
    return FitSpec.model_validate({"dataset_id": dataset_id, "target": "left", "seed": 1, **wishes})


def fitted(service: WholeService, dataset_id: str, **wishes: Any) -> JobView:
    """A fit that has ended."""
    return service.ended(TENANT, service.jobs.submit(TENANT, spec(dataset_id, **wishes)).id, timeout_s=240)
