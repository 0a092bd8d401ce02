"""API keys: shown once, kept hashed, refused alike."""

from typing import Any

import pytest

from automl.backends.records.base import Key, Kind
from automl.backends.records.memory import MemoryRecords
from automl.core.errors import (
    AuthenticationError,
    InvalidInputError,
    NotFoundError,
    PermissionDeniedError,
    UnavailableError,
)
from automl.core.failpoint import arm, disarm
from automl.registry.tenants import Tenants


@pytest.fixture
def tenants(records: MemoryRecords, clock: Any) -> Tenants:
    return Tenants(records, clock)


def test_a_new_key_opens_its_tenant(tenants: Tenants) -> None:
    info, raw = tenants.create_key("acme", scopes=("read", "predict"))
    who = tenants.authenticate(raw)
    assert (who.tenant, who.key_id, who.scopes) == ("acme", info.id, ("read", "predict"))
    who.require("read")
    with pytest.raises(PermissionDeniedError):
        who.require("write")


def test_admin_may_everything(tenants: Tenants) -> None:
    tenants.authenticate(tenants.create_key("acme")[1]).require("write")


def test_the_secret_is_not_stored(tenants: Tenants, records: MemoryRecords) -> None:
    info, raw = tenants.create_key("acme")
    stored = records.read(Key("acme", Kind.TENANT, info.id))
    assert stored is not None
    secret = raw.split("_")[2][:32]
    assert secret not in str(stored.document)


def test_wrong_keys_are_refused_in_the_same_words(tenants: Tenants, clock: Any) -> None:
    info, raw = tenants.create_key("acme")
    _, expiring = tenants.create_key("acme", expires_at=clock.now() + 5)
    other = Tenants(MemoryRecords(), clock).create_key("acme")[1]
    flipped = raw[:-9] + ("a" if raw[-9] != "a" else "b") + raw[-8:]
    tenants.authenticate(expiring)
    clock.advance(6)
    tenants.revoke("acme", info.id)
    words = set()
    for wrong in ("", "aml_x", raw[:-1], flipped, other, expiring, raw, raw.upper(), raw + "\n"):
        with pytest.raises(AuthenticationError) as refused:
            tenants.authenticate(wrong)
        words.add(str(refused.value))
    assert len(words) == 1


def test_revocation_is_seen_by_another_process_within_two_seconds(records: MemoryRecords, clock: Any) -> None:
    here, there = Tenants(records, clock), Tenants(records, clock)
    info, raw = here.create_key("acme")
    there.authenticate(raw)
    here.revoke("acme", info.id)
    clock.advance(2.1)
    with pytest.raises(AuthenticationError):
        there.authenticate(raw)


def test_a_revocation_whose_answer_was_lost_holds_once_it_is_acknowledged(tenants: Tenants) -> None:
    def lost() -> None:
        raise UnavailableError("no answer in time")

    info, raw = tenants.create_key("acme")
    tenants.authenticate(raw)
    arm("tenants.append.after", lost, 1)
    try:
        with pytest.raises(UnavailableError):
            tenants.revoke("acme", info.id)
    finally:
        disarm()
    assert tenants.revoke("acme", info.id).revoked_at is not None
    with pytest.raises(AuthenticationError):
        tenants.authenticate(raw)


def test_first_key_is_made_once(tenants: Tenants, records: MemoryRecords, clock: Any) -> None:
    made = tenants.first_key("default")
    assert made is not None
    assert tenants.authenticate(made[1]).scopes == ("admin",)
    assert tenants.first_key("default") is None
    assert Tenants(records, clock).first_key("default") is None


def test_list_shows_only_the_tenants_own_keys(tenants: Tenants) -> None:
    mine, _ = tenants.create_key("acme", name="ci")
    tenants.create_key("rival")
    assert [each.id for each in tenants.list("acme")] == [mine.id]
    with pytest.raises(NotFoundError):
        tenants.revoke("rival", mine.id)


@pytest.mark.parametrize(
    ("tenant", "scopes", "expires", "field"),
    [("Bad Name", ("read",), None, "tenant"), ("a", ("root",), None, "scopes"), ("a", ("read",), -1.0, "expires_at")],
)
def test_a_key_that_makes_no_sense(
    tenants: Tenants, tenant: str, scopes: tuple[str, ...], expires: float | None, field: str
) -> None:
    with pytest.raises(InvalidInputError) as refused:
        tenants.create_key(tenant, scopes=scopes, expires_at=expires)
    assert refused.value.errors[0].field == field
