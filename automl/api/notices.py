"""What the bus tells this replica, in the words of the HTTP edge: something happened to something."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True)
class Notice:
    """kind: job, dataset or model; is_signal: needs no commit and stands in no store, such as progress."""

    tenant: str
    kind: str
    id: str
    type: str
    is_signal: bool = False
    body: Mapping[str, Any] = field(default_factory=dict)
