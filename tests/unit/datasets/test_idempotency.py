"""The same creating request twice is one dataset."""

from collections.abc import Callable

import pytest

from automl.core.errors import IdempotencyError, NotFoundError
from automl.core.spec import ReadOptions
from automl.datasets.idempotency import Idempotency
from automl.datasets.service import Datasets

TENANT = "acme"
Uploaded = Callable[..., str]


def test_the_same_key_and_body_is_the_same_dataset(datasets: Datasets) -> None:
    key = Idempotency("k1", "a" * 64)
    first = datasets.open(TENANT, name="t", filename=None, options=ReadOptions(), idempotency=key)
    datasets.put_part(TENANT, first.id, 0, b"aaaa")
    again = datasets.open(TENANT, name="t", filename=None, options=ReadOptions(), idempotency=key)
    assert (again.id, again.parts) == (first.id, 1)
    assert len(datasets.list(TENANT).items) == 1


def test_the_same_key_with_another_body_is_refused(datasets: Datasets) -> None:
    datasets.open(TENANT, name="t", filename=None, options=ReadOptions(), idempotency=Idempotency("k1", "a" * 64))
    with pytest.raises(IdempotencyError):
        datasets.open(TENANT, name="u", filename=None, options=ReadOptions(), idempotency=Idempotency("k1", "b" * 64))
    rival = datasets.open("rival", name="u", filename=None, options=ReadOptions(), idempotency=Idempotency("k1", "b"))
    assert rival.name == "u"


def test_a_key_of_a_deleted_dataset_makes_no_other(datasets: Datasets) -> None:
    key = Idempotency("k1", "a" * 64)
    made = datasets.open(TENANT, name="t", filename=None, options=ReadOptions(), idempotency=key)
    datasets.delete(TENANT, made.id)
    with pytest.raises(NotFoundError):
        datasets.open(TENANT, name="t", filename=None, options=ReadOptions(), idempotency=key)


def test_a_second_reading_with_the_same_key_is_one(datasets: Datasets, uploaded: Uploaded) -> None:
    first = uploaded(b"a,b\n1,2\n")
    key = Idempotency("k1", "a" * 64)
    made = datasets.reread(TENANT, first, ReadOptions(header=False), key)
    assert datasets.reread(TENANT, first, ReadOptions(header=False), key).id == made.id
    assert made.id != first
    with pytest.raises(IdempotencyError):
        datasets.reread(TENANT, first, ReadOptions(header=True), Idempotency("k1", "b" * 64))
    # The same key for another dataset, or for an upload, is another request.
    second = uploaded(b"a,b\n3,4\n")
    assert datasets.reread(TENANT, second, ReadOptions(), key).id != made.id
    assert len(datasets.list(TENANT).items) == 4
