"""What the tests of the records contract stand on: the adapter, a second handle, keys of their own."""

from __future__ import annotations

import uuid
from dataclasses import replace
from typing import Any

import pytest

from automl.backends.records.base import Append, Key, Kind, Records

AT = 1_800_000_000.0


def job(tenant: str, name: str = "") -> Key:
    """A key that no other test uses."""
    return Key(tenant, Kind.JOB, name or f"job_{uuid.uuid4().hex[:20]}")


def change(key: Key, version: int = 0, **fields: Any) -> Append:
    """An append with a small document; `fields` replace those of Append."""
    return replace(Append(key, version, {"version": version}, AT + version), **fields)


class RecordsFixtures:
    """The store may be shared with other tests: each uses a tenant of its own and expects nothing of the others."""

    @pytest.fixture
    def records(self) -> Records:
        """The adapter under test."""
        raise NotImplementedError

    @pytest.fixture
    def peer(self, records: Records) -> Records:
        """Another handle on the same store, as another process would have."""
        return records

    @pytest.fixture
    def tenant(self) -> str:
        """A tenant of this test alone."""
        return f"t{uuid.uuid4().hex[:16]}"
