"""Each invariant broken by a forged history is found, and a good history is left alone."""

from typing import Any

import pytest

from tests.chaos.checker import check


def line(op: str, at: float, resource: str = "", outcome: str = "ok", **more: Any) -> dict[str, Any]:
    return {"op": op, "start": at, "end": at + 0.1, "outcome": outcome, "resource": resource, **more}


def events(at: float, *types: str, folds: tuple[tuple[int, int], ...] = (), job: str = "job_1") -> dict[str, Any]:
    return line(
        "events", at, job, types=list(types), seq=list(range(1, len(types) + 1)), folds=[list(f) for f in folds]
    )


GOOD = [
    line("open", 0, "ds_1", key="u1"),
    line("open", 0.5, "ds_1", key="u1"),
    line("upload", 1, "ds_1", sha256="a"),
    line("download", 2, "ds_1", sha256="a"),
    line("submit", 3, "job_1", "lost", key="j1"),
    line("submit", 4, "job_1", key="j1"),
    line("foreign", 4, "job_1", "refused", tenant="rival"),
    line("job", 5, "job_1", state="queued"),
    line("job", 6, "job_1", "busy"),
    line("job", 7, "job_1", state="running"),
    events(7.5, "job.queued", "job.admitted"),
    line("job", 9, "job_1", state="succeeded"),
    events(10, "job.queued", "job.admitted", "fold.done", "job.succeeded", folds=((0, 0),)),
    line("version", 11, "mdl_1", job="job_1", version="1"),
    line("predict", 12, "mdl_1", version="1", values=["x"], complete=True),
    line("list", 12.5, resources=["ds_1"]),
    line("foreign_list", 12.6, tenant="rival", resources=[]),
    line("delete", 13, "ds_1"),
    line("download", 14, "ds_1", "refused"),
]


def test_a_good_history() -> None:
    assert check(GOOD) == []


@pytest.mark.parametrize(
    ("invariant", "forged"),
    [
        ("I1", [line("download", 2.5, "ds_1", sha256="b")]),
        ("I1", [line("download", 2.5, "ds_1", "refused")]),
        ("I2", [line("submit", 20, "job_2", key="j2")]),
        ("I2", [line("job", 20, "job_1", state="failed")]),
        ("I2", [events(21, "job.succeeded", "job.failed", job="job_9")]),
        ("I3", [line("version", 20, "mdl_2", job="job_1", version="1")]),
        ("I4", [events(20, "fold.done", "fold.done", folds=((0, 0), (0, 0)), job="job_9")]),
        ("I5", [line("submit", 20, "job_3", key="j1"), line("job", 21, "job_3", state="failed")]),
        ("I5", [line("open", 20, "ds_2", key="u1")]),
        ("I6", [line("foreign", 20, "job_1", tenant="rival")]),
        ("I7", [events(20, "job.queued", "job.stopping")]),
        ("I7", [line("events", 20, "job_9", types=["a", "b"], seq=[1, 3], folds=[])]),
        ("I7", [line("events", 20, "job_9", types=["a", "b"], seq=[1, 1], folds=[])]),
        ("I7", [line("job", 20, "job_1", state="running")]),
        ("I8", [line("predict", 20, "mdl_1", version="1", values=["y"], complete=True)]),
        ("I8", [line("predict", 20, "mdl_1", version="1", values=["x"], complete=False)]),
        ("I9", [line("job", 20, "job_1", "500", state="")]),
        ("I9", [line("job", 20, "job_1", "lost") | {"end": 400.0}]),
        ("I6", [line("foreign_list", 20, tenant="rival", resources=["job_1"])]),
        ("I8", [line("answers", 20, "job_4", sha256="a"), line("answers", 21, "job_4", sha256="b")]),
        ("I10", [line("download", 20, "ds_1", sha256="a")]),
        ("I10", [line("list", 20, resources=["job_1", "ds_1"])]),
    ],
)
def test_each_violation_is_found(invariant: str, forged: list[dict[str, Any]]) -> None:
    found = check(sorted(GOOD + forged, key=lambda each: each["end"]))
    assert any(violation.startswith(f"{invariant}:") for violation in found), found


def test_a_lost_deletion_excuses_what_is_missing() -> None:
    history = [
        line("upload", 1, "ds_1", sha256="a"),
        line("delete", 2, "ds_1", "lost"),
        line("download", 3, "ds_1", "refused"),
    ]
    assert check(history) == []
