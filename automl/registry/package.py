"""A model as one file, a plain zip, or as a folder: everything needed to predict, every file hash-checked.

manifest.json                         what it is, and the hash of each other file
encoder/…                             from a table to the views the models read
members/00-lightgbm/00/…              a member's fold models in their own formats; never a pickle
"""

from __future__ import annotations

import hashlib
import io
import zipfile
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from automl.core.columns import TableSchema
from automl.core.errors import CorruptDataError, InvalidInputError, NotFoundError
from automl.core.scores import CATALOGUE
from automl.core.trials import Task
from automl.core.views import Variant
from automl.pipelines.ensembles.adjustment import Adjustment
from automl.pipelines.estimators.catalog import families
from automl.registry.manifest import FileEntry, Manifest, MemberEntry, libraries

MANIFEST = "manifest.json"
_ENCODER = "encoder/"
_EPOCH = (1980, 1, 1, 0, 0, 0)
_DAMAGED_HINT = "Download the model again."


@dataclass(frozen=True)
class MemberParts:
    """One member to be packed. folds: the files of each fold model; score: in the metric's own sign."""

    name: str
    family: str
    weight: float
    folds: Sequence[Mapping[str, bytes]]
    params: Mapping[str, Any] = field(default_factory=dict)
    score: float | None = None


@dataclass(frozen=True)
class PackageParts:
    """What a package is made of. table: schema of the training table; features: the columns that are read, by name;
    classes: labels as in the file, None for regression; encoder: `FeatureEncoder.to_files()`."""

    job_id: str
    dataset_id: str
    task: Task
    target: str
    classes: Sequence[str] | None
    metric: str
    score: float | None
    table: TableSchema
    features: Sequence[str]
    encoder: Mapping[str, bytes]
    members: Sequence[MemberParts]
    test_score: float | None = None
    adjustment: Adjustment = field(default_factory=Adjustment)
    variant: Variant = "ensemble"
    variant_reason: str | None = None


@dataclass(frozen=True)
class Package:
    """A package that was read and checked. files: path → bytes, without the manifest."""

    manifest: Manifest
    files: Mapping[str, bytes]

    def encoder(self) -> dict[str, bytes]:
        """What `FeatureEncoder.from_files` takes."""
        return self._below(_ENCODER)

    def folds(self, member: MemberEntry) -> list[dict[str, bytes]]:
        """The files of each of a member's fold models."""
        return [self._below(f"{folder}/") for folder in member.folds]

    @property
    def size_bytes(self) -> int:
        """Of all files together."""
        return sum(len(data) for data in self.files.values())

    def _below(self, prefix: str) -> dict[str, bytes]:
        return {name.removeprefix(prefix): data for name, data in self.files.items() if name.startswith(prefix)}


def write_package(parts: PackageParts) -> bytes:
    """The package as a zip: the same bytes for the same parts and libraries. ValueError: there is no member."""
    if not parts.members:
        raise ValueError("a package needs a member")
    files = {_ENCODER + name: data for name, data in parts.encoder.items()}
    members = []
    for number, member in enumerate(parts.members):
        folders = [f"members/{number:02d}-{member.family}/{fold:02d}" for fold in range(len(member.folds))]
        for folder, content in zip(folders, member.folds, strict=True):
            files.update({f"{folder}/{name}": data for name, data in content.items()})
        members.append(
            MemberEntry(
                name=member.name,
                family=member.family,
                weight=member.weight,
                params=dict(member.params),
                score=member.score,
                folds=tuple(folders),
            )
        )
    manifest = _manifest(parts, tuple(members), files)
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_STORED) as archive:
        archive.writestr(zipfile.ZipInfo(MANIFEST, _EPOCH), manifest.to_bytes())
        for name in sorted(files):
            archive.writestr(zipfile.ZipInfo(name, _EPOCH), files[name])
    return out.getvalue()


def read_package(source: bytes | Path) -> Package:
    """Read a zip (bytes or file) or a folder, and check every hash.

    NotFoundError: there is no such file or folder, or no package in it. CorruptDataError: names what is damaged.
    """
    if isinstance(source, Path):
        folder = source
        if folder.is_dir():
            return _checked(lambda name: _file(folder, name))
        if not source.is_file():
            raise NotFoundError(f"There is no model at {str(source)!r}.", code="model_not_found")
        source = source.read_bytes()
    try:
        with zipfile.ZipFile(io.BytesIO(source)) as archive:
            return _checked(lambda name: _member(archive, name))
    except zipfile.BadZipFile as error:
        raise CorruptDataError("These bytes are not a model package.", hint=_DAMAGED_HINT) from error


def read_manifest(data: bytes) -> Manifest:
    """Of a zip whose files need no check, because it was made here. CorruptDataError: it is no package."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            return Manifest.from_bytes(_member(archive, MANIFEST))
    except zipfile.BadZipFile as error:
        raise CorruptDataError("These bytes are not a model package.", hint=_DAMAGED_HINT) from error


def unpack_folder(data: bytes, folder: Path) -> Package:
    """Write a package as a folder after checking it; an older package in the same folder is replaced, other files stay.

    CorruptDataError: as `read_package`. InvalidInputError `out_not_a_folder`: the path is a file.
    """
    package = read_package(data)
    if folder.exists() and not folder.is_dir():
        raise InvalidInputError(
            f"{str(folder)!r} is not a folder.", code="out_not_a_folder", hint="Name a folder for the model."
        )
    folder.mkdir(parents=True, exist_ok=True)
    _remove_old(folder)
    for name, content in package.files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
    # Last: a folder without it is not taken for a model.
    (folder / MANIFEST).write_bytes(package.manifest.to_bytes())
    return package


def _manifest(parts: PackageParts, members: tuple[MemberEntry, ...], files: Mapping[str, bytes]) -> Manifest:
    known = families()
    return Manifest(
        job_id=parts.job_id,
        dataset_id=parts.dataset_id,
        task=parts.task,
        target=parts.target,
        classes=None if parts.classes is None else tuple(parts.classes),
        metric=parts.metric,
        greater_is_better=CATALOGUE[parts.metric].greater_is_better,
        score=parts.score,
        test_score=parts.test_score,
        table=parts.table,
        features=tuple(parts.features),
        members=members,
        contains_training_rows=any(known[each.family].contains_training_rows for each in members),
        adjustment=parts.adjustment,
        variant=parts.variant,
        variant_reason=parts.variant_reason,
        libraries=libraries(),
        files={
            name: FileEntry(sha256=hashlib.sha256(data).hexdigest(), size_bytes=len(data))
            for name, data in sorted(files.items())
        },
    )


def _checked(read: Callable[[str], bytes]) -> Package:
    manifest = Manifest.from_bytes(read(MANIFEST))
    files = {}
    for name, entry in manifest.files.items():
        data = read(name)
        if len(data) != entry.size_bytes or hashlib.sha256(data).hexdigest() != entry.sha256:
            raise CorruptDataError(f"The file {name} of this model is damaged.", hint=_DAMAGED_HINT)
        files[name] = data
    return Package(manifest, files)


def _member(archive: zipfile.ZipFile, name: str) -> bytes:
    try:
        info = archive.getinfo(name)
        # We never compress: a compressed member is not ours and could unpack without bound.
        if info.compress_type != zipfile.ZIP_STORED:
            raise CorruptDataError(f"The file {name} of this model is compressed, which ours never are.")
        return archive.read(info)
    except KeyError:
        raise CorruptDataError(f"The file {name} of this model is missing.", hint=_DAMAGED_HINT) from None
    except (zipfile.BadZipFile, EOFError, NotImplementedError, RuntimeError, ValueError) as error:
        raise CorruptDataError(f"The file {name} of this model is damaged.", hint=_DAMAGED_HINT) from error


def _file(folder: Path, name: str) -> bytes:
    try:
        return (folder / name).read_bytes()
    except (FileNotFoundError, IsADirectoryError, NotADirectoryError):
        if name == MANIFEST:
            raise NotFoundError(f"The folder {str(folder)!r} holds no model.", code="model_not_found") from None
        raise CorruptDataError(f"The file {name} of this model is missing.", hint=_DAMAGED_HINT) from None


def _remove_old(folder: Path) -> None:
    try:
        old = Manifest.from_bytes((folder / MANIFEST).read_bytes())
    except (FileNotFoundError, CorruptDataError):
        return
    (folder / MANIFEST).unlink()
    for name in old.files:
        (folder / name).unlink(missing_ok=True)
