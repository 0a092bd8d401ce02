"""What a child is asked to read, and what it answers, as JSON that crosses the pipe."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any, Self

from automl.core.columns import TableSchema
from automl.core.errors import (
    AutomlError,
    DatasetRejectedError,
    ErrorItem,
    InvalidInputError,
    StorageFullError,
    TooLargeError,
    UnsupportedFormatError,
)
from automl.core.spec import ReadOptions
from automl.datasets.limits import ReadLimits

_ERRORS: dict[str, type[InvalidInputError]] = {
    each.__name__: each for each in (InvalidInputError, DatasetRejectedError, UnsupportedFormatError, TooLargeError)
}


@dataclass(frozen=True)
class ReadRequest:
    """One read. filename: for display and comparison alone. schema: read by it. optional: its columns that may lack."""

    filename: str | None
    options: ReadOptions
    limits: ReadLimits
    schema: TableSchema | None = None
    optional: frozenset[str] = frozenset()

    def to_bytes(self) -> bytes:
        """As one frame's body."""
        body = {
            "filename": self.filename,
            "options": self.options.model_dump(mode="json"),
            "limits": asdict(self.limits),
            "schema": self.schema.model_dump(mode="json") if self.schema is not None else None,
            "optional": sorted(self.optional),
        }
        return json.dumps(body).encode()

    @classmethod
    def from_bytes(cls, data: bytes) -> Self:
        """The inverse of `to_bytes`."""
        body = json.loads(data)
        schema = TableSchema.model_validate(body["schema"]) if body["schema"] is not None else None
        return cls(
            filename=body["filename"],
            options=ReadOptions.model_validate(body["options"]),
            limits=ReadLimits(**body["limits"]),
            schema=schema,
            optional=frozenset(body["optional"]),
        )


def error_bytes(error: AutomlError) -> bytes:
    """An error as one frame's body."""
    return json.dumps({"kind": type(error).__name__, **error.to_json()}).encode()


def error_from(body: Mapping[str, Any]) -> AutomlError:
    """The error a child told; a kind that a child may not raise becomes a rejection."""
    if body.get("kind") == StorageFullError.__name__:
        return StorageFullError(body["detail"])
    kind = _ERRORS.get(str(body.get("kind")), DatasetRejectedError)
    items = [ErrorItem(**item) for item in body.get("errors", ())]
    return kind(body["detail"], code=body.get("code"), hint=body.get("hint"), errors=items)
