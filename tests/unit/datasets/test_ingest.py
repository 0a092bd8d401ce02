"""From stored bytes to a checked table: ready or rejected, once or again, whatever was cut short."""

import hashlib
from collections.abc import Callable
from typing import Any

import pytest

from automl.backends.blobs.memory import MemoryBlobs
from automl.backends.metrics.memory import MemoryMetrics
from automl.backends.records.base import Kind
from automl.backends.records.memory import MemoryRecords
from automl.core import failpoint
from automl.core.errors import NotFoundError
from automl.core.spec import ReadOptions
from automl.core.states import DatasetState
from automl.core.views import DatasetView
from automl.datasets import ingest as module
from automl.datasets.limits import ReadLimits
from automl.datasets.reading import ReaderKilledError, ReadOutcome
from automl.datasets.service import Datasets
from automl.datasets.target import TargetInfo, examine_target

TENANT = "acme"
Uploaded = Callable[..., str]
TABLE = "age;town;when;left\n" + "".join(
    f"{row % 60 + 18};{'Ulm' if row % 3 else 'Bonn'};{row % 28 + 1:02}.05.2024;{'ja' if row % 2 else 'nein'}\n"
    for row in range(60)
)


@pytest.fixture(autouse=True)
def _in_process(monkeypatch: pytest.MonkeyPatch, read_here: Any) -> None:
    """The reading without its child."""

    def read(source: Any, *, filename: Any, options: Any, limits: Any, on_batch: Any, on_progress: Any) -> Any:
        table = read_here(source, filename=filename, limits=limits, **options.model_dump())
        on_progress(10, None)
        for batch in table.data.to_batches():
            on_batch(batch)
        return ReadOutcome(table.schema, table.rows, tuple(table.findings), table.dialect, table.profile)

    monkeypatch.setattr(module, "read_table", read)


def ingest(datasets: Datasets, dataset_id: str, told: Any = None) -> DatasetView:
    return module.ingest(datasets, TENANT, dataset_id, ReadLimits(), told)


def test_a_file_becomes_a_ready_table(
    datasets: Datasets, records: MemoryRecords, metrics: MemoryMetrics, uploaded: Uploaded
) -> None:
    own = uploaded(TABLE.encode())
    told: list[Any] = []
    view = ingest(datasets, own, lambda done, total: told.append((done, total)))
    assert (view.state, view.rows, view.columns) == (DatasetState.READY, 60, 4)
    assert view.sha256 == hashlib.sha256(TABLE.encode()).hexdigest()
    assert view.root_digest == datasets.table(TENANT, own).root_digest
    assert told == [(10, len(TABLE))]
    assert records.active(Kind.DATASET) == []
    assert metrics.values("automl_ingest_total", {"state": "ready"}) == [1]
    assert [each["town"] for each in datasets.rows(TENANT, own, 0, 3)] == ["Bonn", "Ulm", "Ulm"]
    profile = datasets.profile(TENANT, own)
    assert [(each["name"], each["type"]) for each in profile["columns"]] == [
        ("age", "integer"),
        ("town", "category"),
        ("when", "date"),
        ("left", "boolean"),
    ]
    assert profile["dialect"]["delimiter"] == ";"


def test_a_refused_file_says_row_column_and_reason(
    datasets: Datasets, records: MemoryRecords, blobs: MemoryBlobs, uploaded: Uploaded
) -> None:
    own = uploaded(TABLE.encode() + b"1;2;3;4;5\n")
    view = ingest(datasets, own)
    assert view.state is DatasetState.REJECTED
    assert view.error is not None
    assert view.error.errors[0]["row"] == 61
    assert view.error.hint
    assert records.active(Kind.DATASET) == []
    assert datasets.get(TENANT, own).error == view.error
    assert not [info for info in blobs.names().items if "/chunks/" in info.key.name]


def test_a_type_that_does_not_fit_is_refused_with_column_and_row(datasets: Datasets, uploaded: Uploaded) -> None:
    own = uploaded(TABLE.encode(), types={"town": "number"})
    error = ingest(datasets, own).error
    assert error is not None
    assert error.errors[0]["column"] == "town"
    assert error.errors[0]["row"] == 1
    assert error.errors[0]["sample"] == "Bonn"


def test_options_that_name_no_column_are_refused(datasets: Datasets, uploaded: Uploaded) -> None:
    view = ingest(datasets, uploaded(TABLE.encode(), types={"twon": "text"}))
    assert view.error is not None
    assert view.error.errors[0]["column"] == "twon"


def test_reading_anew_in_another_way_leaves_the_first_table(datasets: Datasets, uploaded: Uploaded) -> None:
    own = uploaded(TABLE.encode())
    ingest(datasets, own)
    before = datasets.table(TENANT, own).read()
    again = datasets.reread(TENANT, own, ReadOptions(types={"age": "category", "left": "text"}))
    view = ingest(datasets, again.id)
    assert view.state is DatasetState.READY
    types = {spec.name: str(spec.type) for spec in datasets.table(TENANT, again.id).schema.columns}
    assert (types["age"], types["left"], types["town"]) == ("category", "text", "category")
    assert datasets.table(TENANT, own).read().equals(before)
    assert view.root_digest != datasets.get(TENANT, own).root_digest
    datasets.delete(TENANT, again.id)
    assert datasets.table(TENANT, own).read().equals(before)


def test_other_bytes_than_were_sent_are_refused(datasets: Datasets) -> None:
    opened = datasets.open(TENANT, name="t", filename=None, options=ReadOptions()).id
    datasets.put_part(TENANT, opened, 0, TABLE.encode())
    datasets.check_complete(TENANT, opened, sha256="0" * 64)
    error = ingest(datasets, opened).error
    assert error is not None
    assert error.code == "hash_differs"


@pytest.mark.parametrize(
    "point",
    [
        "datasets.chunk.before",
        "datasets.chunk.after",
        "datasets.manifest.before",
        "datasets.manifest.after",
        "datasets.change.before",
    ],
)
def test_a_reading_that_was_cut_short_is_made_again(datasets: Datasets, uploaded: Uploaded, point: str) -> None:
    own = uploaded(TABLE.encode())
    failpoint.arm(point, "error", 1)
    with pytest.raises(OSError, match="failpoint"):
        ingest(datasets, own)
    view = ingest(datasets, own)
    assert view.state is DatasetState.READY
    assert datasets.table(TENANT, own).read().num_rows == 60
    assert datasets.table(TENANT, own).root_digest == view.root_digest


def test_a_dataset_that_has_ended_is_left_as_it_is(datasets: Datasets, uploaded: Uploaded) -> None:
    own = uploaded(TABLE.encode())
    first = ingest(datasets, own)
    assert ingest(datasets, own) == first
    opened = datasets.open(TENANT, name="t", filename=None, options=ReadOptions()).id
    assert ingest(datasets, opened).state is DatasetState.UPLOADING


def test_a_dataset_deleted_while_it_is_read(
    datasets: Datasets, blobs: MemoryBlobs, uploaded: Uploaded, monkeypatch: pytest.MonkeyPatch
) -> None:
    own = uploaded(TABLE.encode())
    with pytest.raises(NotFoundError):
        ingest(datasets, own, lambda done, total: datasets.delete(TENANT, own))
    with pytest.raises(NotFoundError):
        datasets.get(TENANT, own)


def test_very_many_places_do_not_hinder_the_refusal(
    datasets: Datasets, uploaded: Uploaded, monkeypatch: pytest.MonkeyPatch
) -> None:
    """10,000 columns with one name: the report is longer than an aggregate may be."""
    line = ",".join(["ein ziemlich langer Name mit Ümläuten"] * 9000)
    view = ingest(datasets, uploaded(f"{line}\n{line}\n".encode()))
    assert view.state is DatasetState.REJECTED
    assert view.error is not None
    assert view.error.code


def test_very_many_findings_do_not_hinder_the_table(datasets: Datasets, uploaded: Uploaded) -> None:
    names = [f"{'ü' * 240} {number}" for number in range(300)]
    rows = [",".join(["gleich"] * 299 + [str(row % 2)]) for row in range(30)]
    view = ingest(datasets, uploaded("\n".join([",".join(names), *rows]).encode()))
    assert view.state is DatasetState.READY
    assert 0 < len(view.warnings) < 60
    assert len(datasets.profile(TENANT, view.id)["findings"]) >= 299


def judged(datasets: Datasets, uploaded: Uploaded, labels: list[str]) -> TargetInfo:
    rows = "".join(f"{row % 9}.5;{labels[row % len(labels)]}\n" for row in range(20 * len(labels)))
    own = ingest(datasets, uploaded(f"size;left\n{rows}".encode())).id
    table = datasets.table(TENANT, own)
    return examine_target(table.read(["left"]).column(0), table.schema.column("left"), "auto")


@pytest.mark.parametrize(
    ("labels", "classes"),
    [
        (["None", "NaN", "null", "yes"], ("NaN", "None", "null", "yes")),
        (["ja", "nein"], ("nein", "ja")),
        (["True", "False"], ("False", "True")),
        (["0", "1"], ("0", "1")),
        (["1E5", "007", "12"], ("007", "12", "1E5")),
        (["=1+1", "<b>", "😀 ä"], ("<b>", "=1+1", "😀 ä")),
    ],
)
def test_row_80_labels_of_a_file_come_back_to_the_letter(
    datasets: Datasets, uploaded: Uploaded, labels: list[str], classes: tuple[str, ...]
) -> None:
    found = judged(datasets, uploaded, labels)
    assert found.classes == classes
    assert found.keep.all()
    assert [found.classes[code] for code in found.y[: len(labels)]] == labels


def test_row_73_blank_targets_of_a_file_are_left_out(datasets: Datasets, uploaded: Uploaded) -> None:
    found = judged(datasets, uploaded, ["a", "b", "", "a"])
    assert found.classes == ("a", "b")
    assert (~found.keep).sum() == 20
    assert "20 rows" in found.warnings[0]


@pytest.mark.parametrize(("kills", "state"), [(2, DatasetState.READY), (3, DatasetState.REJECTED)])
def test_a_killed_reader_is_replaced_twice(
    datasets: Datasets, uploaded: Uploaded, monkeypatch: pytest.MonkeyPatch, kills: int, state: DatasetState
) -> None:
    own, good, left = uploaded(TABLE.encode()), module.read_table, [kills]

    def read(source: Any, **wishes: Any) -> Any:
        if left[0]:
            left[0] -= 1
            next(source)
            raise ReaderKilledError("it was killed", code="expands_too_much")
        return good(source, **wishes)

    monkeypatch.setattr(module, "read_table", read)
    view = ingest(datasets, own)
    assert view.state is state
    if state is DatasetState.READY:
        assert (view.rows, view.sha256) == (60, hashlib.sha256(TABLE.encode()).hexdigest())
    else:
        assert view.error is not None
        assert view.error.detail == "it was killed"
