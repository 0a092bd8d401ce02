"""Which class a request is of."""

import pytest

from automl.api.admission import Work
from automl.api.shedding import work_of


@pytest.mark.parametrize(
    ("method", "path", "work"),
    [
        ("GET", "/health/live", Work.HEALTH),
        ("GET", "/metrics", Work.HEALTH),
        ("GET", "/v1/jobs", Work.CONTROL),
        ("GET", "/v1/jobs/job_a/events", None),
        ("GET", "/v1/events", None),
        ("POST", "/v1/events", Work.CONTROL),
        ("POST", "/v1/models/mdl_a/predict", Work.PREDICT),
        ("POST", "/v2/models/x/infer", Work.PREDICT),
        ("POST", "/v1/models/mdl_a/x/predict", Work.CONTROL),
        ("PUT", "/v1/datasets/ds_a/parts/3", Work.UPLOAD),
        ("POST", "/v1/datasets", Work.UPLOAD),
        ("GET", "/v1/datasets", Work.CONTROL),
        ("GET", "/nothing", Work.CONTROL),
    ],
)
def test_the_class_of_a_request(method: str, path: str, work: Work | None) -> None:
    assert work_of(method, path) is work
