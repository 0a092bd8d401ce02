"""The manifest of a model package: what the model is, and the hash of every file."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, version
from typing import Any

from pydantic import BaseModel, ConfigDict, ValidationError

from automl.core.columns import TableSchema
from automl.core.errors import CorruptDataError
from automl.core.trials import Task
from automl.core.views import Variant
from automl.pipelines.ensembles.adjustment import Adjustment

FORMAT = 1
# What can change how a stored model is read.
_LIBRARIES = ("automl", "numpy", "scikit-learn", "lightgbm", "catboost", "xgboost-cpu")
# Names made by us: no absolute path, no step upwards, nothing that a file system reads in a way of its own.
_NAME = re.compile(r"[A-Za-z0-9_-][A-Za-z0-9._-]*(/[A-Za-z0-9_-][A-Za-z0-9._-]*)*")


class FileEntry(BaseModel):
    """One file of a package."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    sha256: str
    size_bytes: int


class MemberEntry(BaseModel):
    """One member of the ensemble. folds: folder of each fold model. score: its own, in the metric's own sign."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    name: str
    family: str
    weight: float
    params: dict[str, Any] = {}
    score: float | None = None
    folds: tuple[str, ...]


class Manifest(BaseModel):
    """Everything about a package but its bytes. table: schema of the training table; scores: in the metric's sign.

    variant: `ensemble` of fold models, or `fast`: one model of all training rows, whose score is that of the fold
    models of its configuration; variant_reason: what was shipped and why, where the job had asked for the fast one.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    format: int = FORMAT
    job_id: str
    dataset_id: str
    task: Task
    target: str
    classes: tuple[str, ...] | None
    metric: str
    greater_is_better: bool
    score: float | None
    test_score: float | None
    table: TableSchema
    features: tuple[str, ...]
    members: tuple[MemberEntry, ...]
    contains_training_rows: bool
    adjustment: Adjustment = Adjustment()
    variant: Variant = "ensemble"
    variant_reason: str | None = None
    libraries: dict[str, str]
    files: dict[str, FileEntry]

    def to_bytes(self) -> bytes:
        """JSON with a digest over all the rest, so that damage to the manifest itself shows."""
        body = self.model_dump(mode="json")
        return json.dumps({**body, "digest": _digest(body)}, indent=1, sort_keys=True).encode()

    @classmethod
    def from_bytes(cls, data: bytes) -> Manifest:
        """The manifest of `to_bytes`. CorruptDataError: damaged, of another format, or naming files oddly."""
        try:
            body = json.loads(data)
            stated = body.pop("digest")
        except (ValueError, KeyError, TypeError, AttributeError) as error:
            raise CorruptDataError("The manifest of this model package cannot be read.") from error
        if body.get("format") != FORMAT:
            raise CorruptDataError(
                f"This model package has format {body.get('format')!r}; this version reads format {FORMAT}.",
                code="package_format",
                hint="Use the version of automl that wrote it.",
            )
        if _digest(body) != stated:
            raise CorruptDataError("The manifest of this model package is damaged: its digest does not fit.")
        try:
            manifest = cls.model_validate(body)
        except ValidationError as error:
            raise CorruptDataError("The manifest of this model package lacks something.") from error
        if not all(_NAME.fullmatch(name) for name in manifest.files):
            raise CorruptDataError("The manifest of this model package names a file outside of it.")
        return manifest


@dataclass(frozen=True)
class LibraryChange:
    """A library that is here in another version than the one that made the model."""

    name: str
    made_with: str
    here: str | None


def libraries() -> dict[str, str]:
    """Name → version of the libraries that models depend on, as far as they are installed."""
    return {name: found for name in _LIBRARIES if (found := _version(name)) is not None}


def library_changes(manifest: Manifest) -> tuple[LibraryChange, ...]:
    """Libraries whose version differs, in its first two numbers, from the one the model was made with."""
    here: Mapping[str, str | None] = {name: _version(name) for name in manifest.libraries}
    return tuple(
        LibraryChange(name, made_with, here[name])
        for name, made_with in manifest.libraries.items()
        if _series(here[name]) != _series(made_with)
    )


def _version(name: str) -> str | None:
    try:
        return version(name)
    except PackageNotFoundError:
        return None


def _series(found: str | None) -> list[str] | None:
    return None if found is None else found.split(".")[:2]


def _digest(body: Mapping[str, Any]) -> str:
    canonical = json.dumps(body, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(canonical.encode()).hexdigest()
