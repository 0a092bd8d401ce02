"""What is decided once for a home."""

import json
import re

import pytest

from cluster.launcher.errors import LauncherError
from cluster.launcher.plan import new_plan, plan_from
from cluster.launcher.ports import Ports


def test_a_plan_survives_being_written() -> None:
    plan = new_plan("three", Ports(cql=15001), ("prometheus",))
    assert plan_from(json.loads(json.dumps(plan.to_json()))) == plan


@pytest.mark.parametrize(("profile", "nodes", "in_sync"), [("single", 1, 1), ("three", 3, 2)])
def test_copies_follow_from_the_profile(profile: str, nodes: int, in_sync: int) -> None:
    plan = new_plan(profile, Ports(), ())
    assert (plan.nodes, plan.in_sync) == (nodes, in_sync)


def test_names_are_fresh_and_kafkas_id_is_one_it_accepts() -> None:
    plans = [new_plan("single", Ports(), ()) for _ in range(200)]
    assert len({plan.cluster for plan in plans}) == len({plan.kafka_id for plan in plans}) == 200
    assert all(re.fullmatch(r"K[A-Za-z0-9_-]{21}", plan.kafka_id) for plan in plans)


@pytest.mark.parametrize("change", [{"version": 0}, {"profile": "four"}, {"ports": {"cql": 1, "other": 2}}])
def test_a_plan_of_another_version_is_told(change: dict[str, object]) -> None:
    with pytest.raises(LauncherError, match="another version") as caught:
        plan_from(new_plan("single", Ports(), ()).to_json() | change)
    assert "--wipe" in caught.value.hint
