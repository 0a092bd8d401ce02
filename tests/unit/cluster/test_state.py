"""What is kept of a cluster."""

import threading
from pathlib import Path

import pytest

from cluster.launcher import state
from cluster.launcher.errors import LauncherError
from cluster.launcher.plan import new_plan
from cluster.launcher.ports import Ports
from cluster.launcher.processes import Process


def test_nothing_is_known_of_a_new_home(tmp_path: Path) -> None:
    assert state.read_plan(tmp_path) is None
    assert state.read_processes(tmp_path) == {}


def test_the_plan_is_kept(tmp_path: Path) -> None:
    plan = new_plan("single", Ports(), ())
    state.write_plan(tmp_path, plan)
    assert state.read_plan(tmp_path) == plan
    assert [each.name for each in tmp_path.iterdir()] == ["plan.json"]


def test_processes_are_read_back(tmp_path: Path) -> None:
    state.write_cluster(tmp_path, {"servers": {"redis": {"pid": 7, "started": "x:9", "address": "a"}}})
    assert state.read_processes(tmp_path) == {"redis": Process(7, "x:9")}
    state.forget_cluster(tmp_path)
    assert state.read_processes(tmp_path) == {}


@pytest.mark.parametrize("text", ["{", "[]", '{"servers": [1]}', '{"servers": {"redis": {"pid": "x"}}}'])
def test_a_damaged_record_of_processes_counts_as_none(tmp_path: Path, text: str) -> None:
    (tmp_path / "cluster.json").write_text(text)
    assert state.read_processes(tmp_path) == {}


@pytest.mark.parametrize("text", ["{", "[]", ""])
def test_a_damaged_file_is_named(tmp_path: Path, text: str) -> None:
    (tmp_path / "plan.json").write_text(text)
    with pytest.raises(LauncherError, match=r"plan\.json is damaged"):
        state.read_plan(tmp_path)


def test_wiping_leaves_the_lock_alone(tmp_path: Path) -> None:
    outside = tmp_path / "outside"
    outside.mkdir()
    folder = tmp_path / "cluster"
    with state.locked(folder, print):
        (folder / "redis").mkdir()
        (folder / "redis" / "data").write_text("x")
        (folder / "plan.json").write_text("{}")
        (folder / "link").symlink_to(outside)
        state.wipe(folder)
    assert [each.name for each in folder.iterdir()] == ["lock"]
    assert outside.is_dir()


def test_two_launchers_take_turns(tmp_path: Path) -> None:
    order: list[str] = []
    waiting = threading.Event()

    def second() -> None:
        with state.locked(tmp_path, lambda text: waiting.set()):
            order.append("second")

    thread = threading.Thread(target=second)
    with state.locked(tmp_path, print):
        thread.start()
        assert waiting.wait(10), "the second launcher did not say that it waits"
        order.append("first")
    thread.join(10)
    assert order == ["first", "second"]
