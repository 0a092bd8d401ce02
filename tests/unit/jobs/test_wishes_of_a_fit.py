"""What an owner may wish for beside the metric, through whole jobs in one process."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from automl.core.states import JobState
from automl.core.views import JobView
from tests.unit.jobs.whole_site import CONTEXTS, TENANT, Service, people, spec

pytestmark = pytest.mark.whole


@pytest.fixture
def service(tmp_path: Path, events: Any) -> Iterator[Service]:
    yield Service(tmp_path, events)
    CONTEXTS.pop(str(tmp_path), None)


def ended(service: Service, **wishes: Any) -> JobView:
    view = service.ended(service.jobs.submit(TENANT, spec(**wishes)))
    assert view.state is JobState.SUCCEEDED, view.error
    return view


def answers(service: Service, view: JobView) -> Any:
    version = service.models.resolve(TENANT, str(view.model_id))
    return service.loader.predictor_of(TENANT, version).predict(people(200, 2))


MANY = {"families": ["linear", "decision_tree", "lightgbm", "extra_trees"], "budget": {"seconds": 60, "trials": 5}}


def test_deterministic_jobs_agree_to_the_bit(service: Service) -> None:
    one, two = (ended(service, deterministic=True, seed=3, **MANY) for _ in range(2))
    assert one.deterministic is two.deterministic is True
    assert one.score == two.score
    assert one.progress.trials == 5
    assert answers(service, one).probabilities.tobytes() == answers(service, two).probabilities.tobytes()
    other = ended(service, deterministic=True, seed=4, **MANY)
    assert answers(service, other).probabilities.tobytes() != answers(service, one).probabilities.tobytes()


def test_a_job_that_the_clock_cut_says_so(service: Service) -> None:
    view = ended(service, deterministic=True, families=["lightgbm"], budget={"seconds": 10, "trials": 5000})
    assert view.deterministic is False
    assert any("The clock cut" in warning for warning in view.warnings)


def test_other_jobs_say_nothing_of_it(service: Service) -> None:
    assert ended(service).deterministic is None


def test_ranges_around_numbers(service: Service) -> None:
    view = ended(service, target="income", task="regression", intervals=0.8)
    found = answers(service, view)
    truth = np.array(people(200, 2).column("income").to_pylist())
    inside = (found.ranges[:, 0] <= truth) & (truth <= found.ranges[:, 1])
    # 300 rows were learned from.
    assert 0.65 < inside.mean() < 0.95


def test_costs_move_the_answers(service: Service) -> None:
    plain, dear = ended(service), ended(service, costs={"false_positive": 1, "false_negative": 30})
    yes = [sum(value == "ja" for value in answers(service, view).values) for view in (plain, dear)]
    assert yes[1] > yes[0]


def test_classes_count_by_their_weights(service: Service) -> None:
    plain, heavy = ended(service), ended(service, class_weights={"ja": 25})
    shares = [answers(service, view).probabilities[:, 1].mean() for view in (plain, heavy)]
    assert shares[1] > shares[0] + 0.1


def test_groups_are_kept_together(service: Service) -> None:
    view = ended(service, split={"kind": "group", "column": "number"})
    assert view.score is not None
