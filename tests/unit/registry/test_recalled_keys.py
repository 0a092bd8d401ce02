"""Keys known from a moment ago open without a look at the store, and no longer than they should."""

from typing import Any

import pytest

from automl.backends.records.memory import MemoryRecords
from automl.core.errors import AuthenticationError
from automl.registry.tenants import Recalled, Tenants
from automl.testing.clock import ManualClock


def test_a_key_is_recalled_for_a_moment_and_judged_each_time(monkeypatch: pytest.MonkeyPatch) -> None:
    clock, records = ManualClock(), MemoryRecords()
    tenants = Tenants(records, clock)
    info, raw = tenants.create_key("acme", expires_at=clock.now() + 100.0)
    assert tenants.recalled(raw) is None, "the store has to be asked first"
    known = tenants.authenticate(raw)

    def away(*arguments: Any) -> Any:
        raise AssertionError("the store was asked")

    monkeypatch.setattr(records, "find", away)
    assert tenants.recalled(raw) == Recalled(known, ageing=False)
    clock.advance(1.5)
    assert tenants.recalled(raw) == Recalled(known, ageing=True)
    clock.advance(0.5)
    assert tenants.recalled(raw) is None
    monkeypatch.undo()
    tenants.authenticate(raw)
    tenants.revoke("acme", info.id)
    with pytest.raises(AuthenticationError):
        tenants.authenticate(raw)
    with pytest.raises(AuthenticationError):
        tenants.recalled(raw)


def test_a_renewed_key_is_read_anew() -> None:
    clock, records = ManualClock(), MemoryRecords()
    tenants, others = Tenants(records, clock), Tenants(records, clock)
    info, raw = tenants.create_key("acme")
    tenants.authenticate(raw)
    others.revoke("acme", info.id)
    assert tenants.authenticate(raw).key_id == info.id, "as it was a moment ago"
    with pytest.raises(AuthenticationError):
        tenants.renewed(raw)
    with pytest.raises(AuthenticationError):
        tenants.recalled(raw)


def test_an_expired_key_is_not_recalled() -> None:
    clock = ManualClock()
    tenants = Tenants(MemoryRecords(), clock)
    _, raw = tenants.create_key("acme", expires_at=clock.now() + 1.0)
    tenants.authenticate(raw)
    clock.advance(1.5)
    with pytest.raises(AuthenticationError):
        tenants.recalled(raw)


@pytest.mark.parametrize("raw", ["", "aml_x", "nonsense"])
def test_what_is_no_key_is_refused_at_once(raw: str) -> None:
    with pytest.raises(AuthenticationError):
        Tenants(MemoryRecords(), ManualClock()).recalled(raw)
