"""Tables in and out: a dataset id, a file, a DataFrame or an Arrow table become parts; Parquet becomes a table."""

from __future__ import annotations

import io
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO

from automl.client.flows import PART_BYTES
from automl.core.errors import ErrorItem, InvalidInputError, NotFoundError

_DATASET_ID = re.compile(r"^ds_[a-z2-7]{20}$")


@dataclass(frozen=True)
class Source:
    """Bytes to upload under a name."""

    name: str
    filename: str | None
    path: Path | None = None
    content: bytes | None = None

    def parts(self) -> Iterator[bytes]:
        """The bytes in parts of at most PART_BYTES; an empty file is one empty part."""
        if self.path is None:
            content = self.content or b""
            for start in range(0, max(1, len(content)), PART_BYTES):
                yield content[start : start + PART_BYTES]
            return
        with self.path.open("rb") as file:
            first = True
            while (part := file.read(PART_BYTES)) or first:
                first = False
                yield part


def is_dataset_id(value: Any) -> bool:
    """Whether it names a dataset of the service."""
    return isinstance(value, str) and _DATASET_ID.match(value) is not None


def source_of(data: Any) -> Source:
    """What to upload. NotFoundError: no such file; InvalidInputError: a kind of value we do not take."""
    if isinstance(data, str | Path):
        path = Path(data).expanduser()
        if not path.is_file():
            raise NotFoundError(f"There is no file {str(path)[:200]!r}.", code="file_not_found", hint="Check the path.")
        return Source(path.name, path.name, path=path)
    if hasattr(data, "to_parquet") or hasattr(data, "schema"):
        return Source("table", "table.parquet", content=_parquet(data))
    raise InvalidInputError(
        f"A {type(data).__name__} cannot be used as data.",
        code="data_kind",
        hint="Give a dataset id, a file, a pandas DataFrame or a pyarrow Table.",
        errors=[ErrorItem("unknown kind of data", field="dataset")],
    )


def _parquet(data: Any) -> bytes:
    # Only who passes a table has these packages loaded; the client must not load them for others.
    import pyarrow as pa
    import pyarrow.parquet as pq

    table = data if isinstance(data, pa.Table) else pa.Table.from_pandas(data, preserve_index=False)
    buffer = io.BytesIO()
    pq.write_table(table, buffer, compression="zstd")
    return buffer.getvalue()


def table_of(file: BinaryIO) -> Any:
    """The pyarrow Table of a Parquet file."""
    # Only who asks for a table gets the package loaded.
    import pyarrow.parquet as pq

    return pq.read_table(file)
