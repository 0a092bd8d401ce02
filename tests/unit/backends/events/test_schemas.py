"""The shipped schemas of the topics are sound and say what the product publishes."""

import pytest
from jsonschema import Draft202012Validator

from automl.backends.events.base import TOPICS, Hint
from automl.core.trials import Configuration
from automl.jobs.lifecycle import CHANGED, EVENTS
from automl.jobs.progress import progress_body
from automl.jobs.shelf import FoldShelf
from tests.event_schemas import assert_fits_schema, schema


@pytest.mark.parametrize("name", ["event", *TOPICS])
def test_a_schema_is_a_schema(name: str) -> None:
    Draft202012Validator.check_schema(schema(name))
    assert schema(name)["$id"] == f"urn:automl:events:{name}"


@pytest.mark.parametrize("kind", ["job.requested", CHANGED, *EVENTS.values()])
def test_every_move_of_a_job_is_known(kind: str) -> None:
    assert_fits_schema(Hint("jobs", "job_1", kind, "t", 1))


def test_each_type_in_the_schema_is_published() -> None:
    known = {f"automl.{kind}" for kind in ("job.requested", CHANGED, *EVENTS.values())}
    assert set(schema("jobs")["properties"]["type"]["enum"]) == known


def test_progress_is_known() -> None:
    shelf = FoldShelf.__new__(FoldShelf)
    shelf.results = list  # type: ignore[method-assign]
    configurations: dict[int, Configuration] = {}
    body = progress_body("fitting", "accuracy", shelf, configurations, None, 5)
    assert_fits_schema(Hint("signals", "job_1", "job.progress", "t", None, body))
    assert_fits_schema(Hint("signals", "job_1", "job.progress", "t", None, {"step": "reading", "fraction": 0.5}))


@pytest.mark.parametrize(
    "hint",
    [
        Hint("jobs", "job_1", "job.exploded", "t", 1),
        Hint("jobs", "job_1", CHANGED, "t", None),
        Hint("jobs", "job_1", CHANGED, "t", 1, {"state": "running"}),
        Hint("datasets", "ds_1", "job.changed", "t", 1),
        Hint("signals", "job_1", "job.progress", "t", 1, {"step": "fitting"}),
        Hint("signals", "job_1", "job.progress", "t", None, {"step": "fitting", "fraction": 2}),
        Hint("signals", "job_1", "job.progress", "t", None, {}),
    ],
    ids=str,
)
def test_what_is_not_promised_is_found(hint: Hint) -> None:
    with pytest.raises(AssertionError):
        assert_fits_schema(hint)
