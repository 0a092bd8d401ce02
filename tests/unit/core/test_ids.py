import pytest

from automl.core.errors import NotFoundError
from automl.core.ids import DATASET, JOB, checked_id, derive_id, new_id


def test_new_ids_differ_and_are_well_formed() -> None:
    ids = {new_id(JOB) for _ in range(1000)}
    assert len(ids) == 1000
    assert all(checked_id(value, JOB) == value for value in ids)


def test_derived_ids_depend_on_every_part_and_its_border() -> None:
    assert derive_id(JOB, "ab", "c") == derive_id(JOB, "ab", "c")
    assert derive_id(JOB, "ab", "c") != derive_id(JOB, "a", "bc")
    assert derive_id(JOB, "a") != derive_id(DATASET, "a")


@pytest.mark.parametrize("value", ["", "job_", "job_../../etc", "ds_aaaaaaaaaaaaaaaaaaaa", "job_" + "A" * 20])
def test_a_malformed_id_is_simply_not_found(value: str) -> None:
    with pytest.raises(NotFoundError):
        checked_id(value, JOB)
