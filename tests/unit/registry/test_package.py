"""A package comes back whole, or says which file is damaged; as zip and as folder."""

import io
import json
import zipfile
from dataclasses import replace
from pathlib import Path

import pytest

from automl.core.columns import ColumnSpec, ColumnType, TableSchema
from automl.core.errors import CorruptDataError, InvalidInputError, NotFoundError
from automl.core.trials import Task
from automl.registry.package import (
    MANIFEST,
    MemberParts,
    PackageParts,
    read_package,
    unpack_folder,
    write_package,
)

TABLE = TableSchema(
    columns=(
        ColumnSpec(name="größe", type=ColumnType.NUMBER),
        ColumnSpec(name="city", type=ColumnType.CATEGORY),
        ColumnSpec(name="sold", type=ColumnType.BOOLEAN, labels=("no", "yes")),
    )
)
PARTS = PackageParts(
    job_id="job_1",
    dataset_id="ds_1",
    task=Task.BINARY,
    target="sold",
    classes=("no", "yes"),
    metric="log_loss",
    score=0.25,
    table=TABLE,
    features=("größe", "city"),
    encoder={"encoder.json": b"{}", "deep/levels.npy": b"123"},
    members=[
        MemberParts(
            "3 lightgbm",
            "lightgbm",
            0.75,
            [{"model.txt": b"tree one"}, {"model.txt": b"tree two"}],
            {"num_leaves": 5},
            0.3,
        ),
        MemberParts("0 linear", "linear", 0.25, [{"model.npz": bytes(range(200))}]),
    ],
)
NAMES = ["encoder/encoder.json", "encoder/deep/levels.npy", "members/00-lightgbm/01/model.txt"]


def rewritten(data: bytes, change: dict[str, bytes | None], compress: int = zipfile.ZIP_STORED) -> bytes:
    """The zip with some files changed (or left out: None), with valid checksums of its own."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(out, "w", compress) as new:
        for name in old.namelist():
            content = change.get(name, old.read(name))
            if content is not None:
                new.writestr(name, content)
        for name in change.keys() - set(old.namelist()):
            new.writestr(name, change[name] or b"")
    return out.getvalue()


def test_round_trip() -> None:
    package = read_package(write_package(PARTS))
    manifest = package.manifest
    assert (manifest.task, manifest.target, manifest.classes) == (Task.BINARY, "sold", ("no", "yes"))
    assert (manifest.metric, manifest.greater_is_better, manifest.score) == ("log_loss", False, 0.25)
    assert manifest.table == TABLE
    assert manifest.features == ("größe", "city")
    assert package.encoder() == PARTS.encoder
    first, second = manifest.members
    assert (first.name, first.family, first.weight, first.params) == ("3 lightgbm", "lightgbm", 0.75, {"num_leaves": 5})
    assert package.folds(first) == PARTS.members[0].folds
    assert package.folds(second) == PARTS.members[1].folds
    assert manifest.libraries["lightgbm"].startswith("4.")
    assert package.size_bytes == 2 + 3 + 16 + 200


def test_equal_parts_are_equal_bytes() -> None:
    assert write_package(PARTS) == write_package(PARTS)


def test_says_whether_it_holds_training_rows() -> None:
    assert not read_package(write_package(PARTS)).manifest.contains_training_rows
    neighbours = MemberParts("1", "nearest_neighbors", 0.1, [{"model.npz": b"rows"}])
    parts = replace(PARTS, members=[*PARTS.members, neighbours])
    assert read_package(write_package(parts)).manifest.contains_training_rows


def test_needs_a_member() -> None:
    with pytest.raises(ValueError, match="member"):
        write_package(replace(PARTS, members=[]))


@pytest.mark.parametrize("name", NAMES)
def test_changed_or_missing_file_is_named(name: str) -> None:
    data = write_package(PARTS)
    for change in (b"other bytes", None):
        with pytest.raises(CorruptDataError) as caught:
            read_package(rewritten(data, {name: change}))
        assert name in caught.value.detail


def test_every_flipped_byte_of_content_is_found() -> None:
    data = write_package(PARTS)
    for marker in (b"tree two", b'"lightgbm"', b"job_1"):
        place = data.index(marker) + 2
        with pytest.raises(CorruptDataError):
            read_package(data[:place] + bytes([data[place] ^ 1]) + data[place + 1 :])


@pytest.mark.parametrize("data", [b"", b"PK", b"not a zip at all" * 10])
def test_other_bytes_are_refused(data: bytes) -> None:
    with pytest.raises(CorruptDataError):
        read_package(data)
    with pytest.raises(CorruptDataError):
        read_package(write_package(PARTS)[:-30])


def test_changed_manifest_is_refused() -> None:
    data = write_package(PARTS)
    body = json.loads(zipfile.ZipFile(io.BytesIO(data)).read(MANIFEST))
    body["members"][0]["weight"] = 0.5
    with pytest.raises(CorruptDataError, match="digest"):
        read_package(rewritten(data, {MANIFEST: json.dumps(body).encode()}))


def test_other_format_is_refused_with_the_way_out() -> None:
    data = write_package(PARTS)
    body = json.loads(zipfile.ZipFile(io.BytesIO(data)).read(MANIFEST))
    with pytest.raises(CorruptDataError) as caught:
        read_package(rewritten(data, {MANIFEST: json.dumps({**body, "format": 99}).encode()}))
    assert caught.value.code == "package_format"
    assert "version" in caught.value.hint


@pytest.mark.parametrize("name", ["../outside", "/etc/passwd", "a/../../b", "a//b", "C:\\x", "a/.hidden/../x", ""])
def test_files_outside_the_package_are_refused(name: str, tmp_path: Path) -> None:
    data = write_package(replace(PARTS, encoder={"encoder.json": b"{}"}))
    manifest = read_package(data).manifest
    entry = manifest.files["encoder/encoder.json"]
    evil = manifest.model_copy(update={"files": {**manifest.files, name: entry}})
    with pytest.raises(CorruptDataError, match="outside"):
        unpack_folder(rewritten(data, {MANIFEST: evil.to_bytes(), name or "x": b"{}"}), tmp_path / "out")
    assert not (tmp_path / "outside").exists()


def test_compressed_members_are_refused() -> None:
    with pytest.raises(CorruptDataError, match="compressed"):
        read_package(rewritten(write_package(PARTS), {}, zipfile.ZIP_DEFLATED))


def test_folder_form(tmp_path: Path) -> None:
    folder = tmp_path / "a" / "model"
    package = unpack_folder(write_package(PARTS), folder)
    assert read_package(folder) == package
    (folder / NAMES[2]).write_bytes(b"tree 2nd")
    with pytest.raises(CorruptDataError, match=r"01/model\.txt"):
        read_package(folder)
    (folder / NAMES[2]).unlink()
    with pytest.raises(CorruptDataError, match="missing"):
        read_package(folder)


def test_folder_is_replaced_and_other_files_stay(tmp_path: Path) -> None:
    unpack_folder(write_package(PARTS), tmp_path)
    (tmp_path / "notes.txt").write_text("mine")
    small = replace(PARTS, members=PARTS.members[1:])
    unpack_folder(write_package(small), tmp_path)
    assert len(read_package(tmp_path).manifest.members) == 1
    assert (tmp_path / "notes.txt").read_text() == "mine"
    assert not (tmp_path / "members/00-lightgbm/00/model.txt").exists()


def test_file_form(tmp_path: Path) -> None:
    (tmp_path / "model.zip").write_bytes(write_package(PARTS))
    assert read_package(tmp_path / "model.zip").manifest.job_id == "job_1"


def test_no_model_there(tmp_path: Path) -> None:
    with pytest.raises(NotFoundError):
        read_package(tmp_path)
    with pytest.raises(NotFoundError):
        read_package(tmp_path / "none")
    (tmp_path / "file").write_text("x")
    with pytest.raises(InvalidInputError, match="not a folder"):
        unpack_folder(write_package(PARTS), tmp_path / "file")
