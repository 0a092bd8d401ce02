import multiprocessing
import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from automl.backends.events.base import Hint
from automl.backends.events.journal import Journal
from automl.backends.events.local import LocalEvents
from automl.core.errors import UnavailableError
from automl.testing.events import all_of, collect, hint, numbers

MEMBER = """
import sys, time
from pathlib import Path
from automl.backends.events.local import LocalEvents
member = LocalEvents(Path(sys.argv[1])).work("controllers", ("jobs",))
print("ready", flush=True)
found = []
while len(found) < 2:
    found += member.poll(0.05)
    if len(found) == 1:
        member.done()
        print("done", flush=True)
print("polled", flush=True)
time.sleep(60)
"""


@pytest.fixture
def events(tmp_path: Path) -> Iterator[LocalEvents]:
    events = LocalEvents(tmp_path / "events")
    yield events
    events.close()


def test_a_killed_member_is_replaced_and_its_work_comes_again(events: LocalEvents, tmp_path: Path) -> None:
    command = [sys.executable, "-c", MEMBER, str(tmp_path / "events")]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as first:
        assert first.stdout is not None
        assert first.stdout.readline() == "ready\n"
        events.publish(hint("job_1", 0))
        assert first.stdout.readline() == "done\n"
        events.publish(hint("job_1", 1))
        assert first.stdout.readline() == "polled\n"
        second = events.work("controllers", ("jobs",))
        assert second.poll(0.1) == [], "the group has one member at work"
        first.send_signal(signal.SIGKILL)
        assert numbers(collect(second, all_of("job_1", 1)), "job_1") == [1]


def _publish(folder: Path, key: str) -> None:
    events = LocalEvents(folder, file_bytes=32 * 1024)
    for n in range(200):
        events.publish(hint(key, n, text="x" * n))


def test_processes_write_side_by_side(tmp_path: Path) -> None:
    """Whole lines, none lost, in order per writer, while the files are rotated under them."""
    fork = multiprocessing.get_context("fork")
    with LocalEvents(tmp_path, file_bytes=32 * 1024).tail(("jobs",)) as tail:
        keys = [f"job_{n}" for n in range(3)]
        writers = [fork.Process(target=_publish, args=(tmp_path, key), daemon=True) for key in keys]
        for writer in writers:
            writer.start()
        found = collect(tail, lambda found: all(199 in numbers(found, key) for key in keys))
        for writer in writers:
            writer.join(20)
    for key in keys:
        mine = numbers(found, key)
        assert mine == list(range(200))


def test_what_a_full_disk_left_half_is_passed_over(events: LocalEvents, tmp_path: Path) -> None:
    with events.tail(("jobs",)) as tail:
        events.publish(hint("job_1", 1))
        with next((tmp_path / "events").glob("*.journal")).open("ab") as file:
            file.write(b'["jobs","job_1","cou')
        for n in (2, 3):
            events.publish(hint("job_1", n))
        assert numbers(collect(tail, lambda found: 3 in numbers(found, "job_1")), "job_1") == [1, 3]


@pytest.mark.parametrize(
    "line", [b"\n", b"null\n", b"[]\n", b'["jobs","k","e","t","1",{}]\n', b'{"topic":"jobs"}\n', b"\xff\xfe\n"]
)
def test_lines_of_another_shape_are_passed_over(events: LocalEvents, tmp_path: Path, line: bytes) -> None:
    with events.tail(("jobs",)) as tail:
        events.publish(hint("job_1", 1))
        with next((tmp_path / "events").glob("*.journal")).open("ab") as file:
            file.write(line)
        events.publish(hint("job_1", 2))
        assert collect(tail, all_of("job_1", 2)) == [hint("job_1", 1), hint("job_1", 2)]


def test_a_damaged_place_lets_everything_come_again(events: LocalEvents, tmp_path: Path) -> None:
    with events.work("controllers", ("jobs",)) as member:
        events.publish(hint("job_1", 1))
        collect(member, all_of("job_1", 1))
        member.done()
    (tmp_path / "events" / "controllers.place").write_bytes(b"\0\0\0")
    with events.work("controllers", ("jobs",)) as member:
        assert numbers(collect(member, all_of("job_1", 1)), "job_1") == [1]


def test_a_group_leaves_no_temporary_files(events: LocalEvents, tmp_path: Path) -> None:
    for _ in range(3):
        events.work("controllers", ("jobs",)).close()
    assert sorted(os.listdir(tmp_path / "events")) == ["0000000000.journal", "controllers.place"]


def test_waiting_in_vain_opens_and_lists_nothing(
    events: LocalEvents, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    looked: list[str] = []
    read, numbers = Journal.read, Journal._numbers
    with events.tail(("jobs",)) as tail:
        monkeypatch.setattr(Journal, "read", lambda *given: looked.append("read") or read(*given))
        monkeypatch.setattr(Journal, "_numbers", lambda *given: looked.append("list") or numbers(*given))
        assert tail.poll(0.1) == []
        assert looked == [], "before anything was ever published"
        events.publish(hint("job_1", 1))
        assert [each.key for each in tail.poll(1.0)] == ["job_1"]
        looked.clear()
        assert tail.poll(0.1) == []
        assert looked == []


def test_a_folder_that_vanished_costs_hints_and_nothing_else(events: LocalEvents, tmp_path: Path) -> None:
    tail, member = events.tail(("jobs",)), events.work("controllers", ("jobs",))
    shutil.rmtree(tmp_path / "events")
    events.publish(hint("job_1", 1))
    assert tail.poll(0.05) == member.poll(0.05) == []
    member.done()


def test_a_folder_that_cannot_be_used(events: LocalEvents, tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(UnavailableError):
        LocalEvents(tmp_path / "file" / "events")
    shutil.rmtree(tmp_path / "events")
    with pytest.raises(UnavailableError):
        events.work("controllers", ("jobs",))


def test_a_hint_that_is_not_json_is_an_error_of_the_caller(events: LocalEvents) -> None:
    with pytest.raises(TypeError):
        events.publish(Hint("jobs", "job_1", "e", "t", body={"x": object()}))


def test_ended_subscriptions_are_not_kept(events: LocalEvents) -> None:
    for _ in range(5):
        events.tail(("jobs",)).close()
    assert len(events._open) <= 1
