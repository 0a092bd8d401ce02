"""`automl fit`: what is checked before anything starts, what is sent, what is printed."""

import json
from pathlib import Path
from typing import Any

import pytest

from tests.unit.cli.conftest import DATASET_ID, JOB, JOB_ID, MODEL_ID

KEYS = {
    "job_id", "state", "task", "metric", "score", "greater_is_better", "ingest_s", "queue_s", "job_s", "wall_s",
    "trials", "model", "out",
}  # fmt: skip


def test_one_json_object_with_the_promised_keys(run: Any, fitting: Any, table: str) -> None:
    done = run("fit", table, "--target", "y", "--budget", "60s", "--json")
    assert (done.code, done.err) == (0, "")
    body = done.json
    assert body.keys() >= KEYS
    assert (body["job_id"], body["state"], body["metric"], body["score"]) == (JOB_ID, "succeeded", "roc_auc", 0.8125)
    assert (body["model"], body["trials"], body["job_s"], body["out"]) == (f"{MODEL_ID}@1", 7, 60.0, None)


def test_without_json_the_object_is_on_standard_output_all_the_same(run: Any, fitting: Any, table: str) -> None:
    done = run("fit", table, "--target", "y")
    assert done.code == 0
    assert json.loads(done.out)["job_id"] == JOB_ID
    assert f"job {JOB_ID}" in done.err
    assert "[red]linear[/]" in done.err


def test_quiet_narrates_nothing(run: Any, fitting: Any, table: str) -> None:
    done = run("fit", table, "--target", "y", "--quiet")
    assert (done.code, done.err) == (0, "")
    assert json.loads(done.out)["job_id"] == JOB_ID


def test_what_was_asked_is_what_is_sent(run: Any, fitting: Any, table: str) -> None:
    words = ["--target", "y", "--task", "binary", "--metric", "auc", "--budget", "1.5m", "--seed", "7"]
    assert run("fit", table, *words, "--families", "linear, lightgbm,", "--exclude", "x", "--json").code == 0
    (sent,) = [json.loads(each.content) for each in fitting.asked if each.url.path == "/v1/jobs"]
    assert (sent["dataset_id"], sent["target"], sent["task"], sent["metric"]) == (DATASET_ID, "y", "binary", "auc")
    assert (sent["budget"]["seconds"], sent["seed"]) == (90.0, 7)
    assert (sent["families"], sent["exclude"], sent["test"]) == (["linear", "lightgbm"], ["x"], None)


def test_the_model_it_is_for_is_sent(run: Any, fitting: Any, table: str) -> None:
    assert run("fit", table, "--target", "y", "--model", "churn", "--json").code == 0
    (sent,) = [json.loads(each.content) for each in fitting.asked if each.url.path == "/v1/jobs"]
    assert sent["model"] == "churn"


def test_the_preset_is_sent_and_an_unknown_one_refused(run: Any, fitting: Any, table: str) -> None:
    assert run("fit", table, "--target", "y", "--preset", "fast", "--json").code == 0
    (sent,) = [json.loads(each.content) for each in fitting.asked if each.url.path == "/v1/jobs"]
    assert sent["preset"] == "fast"
    fitting.asked.clear()
    done = run("fit", table, "--target", "y", "--preset", "tiny", "--json")
    assert done.code == 2
    assert "preset" in done.err
    assert not fitting.asked


def test_a_split_by_a_column_is_sent(run: Any, fitting: Any, table: str) -> None:
    assert run("fit", table, "--target", "y", "--split", "time:day: x", "--json").code == 0
    (sent,) = [json.loads(each.content) for each in fitting.asked if each.url.path == "/v1/jobs"]
    assert sent["split"] == {"kind": "time", "column": "day: x"}


@pytest.mark.parametrize("split", ["group", "random:day", "weekly:day"])
def test_a_split_that_cannot_be_is_told_before_anything_is_sent(run: Any, fitting: Any, table: str, split: str) -> None:
    done = run("fit", table, "--target", "y", "--split", split, "--json")
    assert done.code == 2
    assert "split" in done.err
    assert not fitting.asked


def test_a_dataset_id_is_not_a_file(run: Any, fitting: Any) -> None:
    assert run("fit", DATASET_ID, "--target", "y", "--json").code == 0
    assert not [each for each in fitting.asked if each.method == "PUT"]


def test_a_held_out_file_is_sent_too(run: Any, fitting: Any, table: str) -> None:
    assert run("fit", table, "--target", "y", "--test", table, "--json").code == 0
    assert len([each for each in fitting.asked if each.method == "PUT"]) == 2
    (sent,) = [json.loads(each.content) for each in fitting.asked if each.url.path == "/v1/jobs"]
    assert sent["test"]["dataset_id"] == DATASET_ID


@pytest.mark.parametrize(
    "words",
    [
        ["/nope.csv"],
        ["ds_short"],
        ["{table}", "--test", "/nope.csv"],
        ["/"],
        [""],
    ],
)
def test_a_path_is_looked_at_before_a_service_is_started(run: Any, table: str, words: list[str]) -> None:
    done = run("fit", *(word.format(table=table) for word in words), "--target", "y")
    assert (done.code, done.out) == (3, "")
    assert "(file_not_found)" in done.err
    assert "hint  Check the path." in done.err


@pytest.mark.parametrize(
    ("words", "field"),
    [
        (["--budget", "3s"], "budget.seconds"),
        (["--budget", "8d"], "budget"),
        (["--budget", "nan"], "budget"),
        (["--budget", ""], "budget"),
        (["--task", "clustering"], "task"),
        (["--seed", "-1"], "seed"),
        (["--target", ""], "target"),
        (["--metric", "m" * 81], "metric"),
    ],
)
def test_a_wish_that_cannot_be_is_refused_before_a_service_is_started(
    run: Any, table: str, words: list[str], field: str
) -> None:
    done = run("fit", table, "--target", "y", *words)
    assert (done.code, done.out) == (2, "")
    assert f"(field {field}" in done.err


def test_an_out_that_is_a_file(run: Any, table: str) -> None:
    done = run("fit", table, "--target", "y", "--out", table)
    assert (done.code, done.out) == (2, "")
    assert "(out_not_a_folder)" in done.err
    assert Path(table).read_text().startswith("x,y")


def test_an_out_that_cannot_be_written(run: Any, table: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("os.access", lambda path, mode: str(path) != "/")
    done = run("fit", table, "--target", "y", "--out", "/nothing/here/yet")
    assert (done.code, done.out) == (2, "")
    assert "'/'" in done.err
    assert "(out_unwritable)" in done.err


def test_a_job_that_fails_is_6(run: Any, fitting: Any, table: str) -> None:
    error = {"code": "no_model", "detail": "Nothing could be fitted.", "hint": "Give it more rows."}
    fitting.on("GET", f"/v1/jobs/{JOB_ID}", JOB | {"state": "failed", "error": error, "model_id": None})
    done = run("fit", table, "--target", "y")
    assert (done.code, done.out) == (6, "")
    assert "error Nothing could be fitted. (no_model)" in done.err
    assert "hint  Give it more rows." in done.err


def test_a_file_that_is_rejected_names_the_row(run: Any, fitting: Any, table: str) -> None:
    error = {
        "code": "ragged", "detail": "Row 3 is long.", "hint": "Mend it.", "errors": [{"message": "long", "row": 3}]
    }  # fmt: skip
    rejected = {"id": DATASET_ID, "state": "rejected", "name": "t", "created_at": JOB["created_at"], "error": error}
    fitting.on("GET", f"/v1/datasets/{DATASET_ID}", rejected)
    done = run("fit", table, "--target", "y")
    assert (done.code, done.out) == (1, "")
    assert "  long (row 3)" in done.err
    assert not [each for each in fitting.asked if each.url.path == "/v1/jobs"]


def test_a_target_that_nobody_named(run: Any, fitting: Any, table: str) -> None:
    fitting.on("GET", f"/v1/datasets/{DATASET_ID}/profile", {"columns": [{"name": "x"}, {"name": "z"}]})
    done = run("fit", table)
    assert (done.code, done.out) == (2, "")
    assert "Columns: x, z." in done.err


def test_ctrl_c_stops_and_keeps_the_best(run: Any, fitting: Any, table: str, monkeypatch: pytest.MonkeyPatch) -> None:
    fitting.on("POST", f"/v1/jobs/{JOB_ID}:stop", JOB | {"state": "running"}, status=202)
    interrupts(monkeypatch, 1)
    done = run("fit", table, "--target", "y", "--json")
    assert (done.code, done.json["state"]) == (0, "succeeded")


def test_ctrl_c_twice_cancels(run: Any, fitting: Any, table: str, monkeypatch: pytest.MonkeyPatch) -> None:
    fitting.on("GET", f"/v1/jobs/{JOB_ID}", JOB | {"state": "running"})
    for verb in ("stop", "cancel"):
        fitting.on("POST", f"/v1/jobs/{JOB_ID}:{verb}", JOB | {"state": "running"}, status=202)
    interrupts(monkeypatch, 2)
    done = run("fit", table, "--target", "y", "--json")
    assert (done.code, done.out) == (130, "")
    assert fitting.asked[-1].url.path == f"/v1/jobs/{JOB_ID}:cancel"


def interrupts(monkeypatch: pytest.MonkeyPatch, count: int) -> None:
    """Ctrl-C at the first looks at the running job."""
    left = [KeyboardInterrupt()] * count

    def interrupt(*ignored: Any) -> None:
        if left:
            raise left.pop()

    monkeypatch.setattr("automl.client.progress.ProgressLine.show", interrupt)
