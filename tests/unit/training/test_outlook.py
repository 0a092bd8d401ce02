"""What comes next, told through a folder: the likeliest to who asks first, each once, and never an error."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from automl.core.trials import Unit
from automl.training.outlook import Outlook

UnitOf = Callable[..., Unit]


def anything(unit: Unit) -> bool:
    return True


def test_each_unit_is_claimed_once_in_order(tmp_path: Path, unit_of: UnitOf) -> None:
    units = [unit_of(trial=4, fold=0), unit_of(trial=2, fold=1)]
    Outlook(tmp_path).tell(units)
    mine, other = Outlook(tmp_path), Outlook(tmp_path)
    assert [mine.claim(anything), other.claim(anything), mine.claim(anything)] == [*units, None]


def test_what_was_claimed_stays_claimed_when_more_is_told(tmp_path: Path, unit_of: UnitOf) -> None:
    teller, worker = Outlook(tmp_path), Outlook(tmp_path)
    teller.tell([unit_of(trial=4), unit_of(trial=5)])
    worker.claim(anything)
    teller.tell([unit_of(trial=4), unit_of(trial=5), unit_of(trial=6)])
    assert worker.claim(anything) == unit_of(trial=5)


def test_who_does_not_want_the_likeliest_leaves_the_others_alone(tmp_path: Path, unit_of: UnitOf) -> None:
    units = [unit_of(trial=4), unit_of(trial=5)]
    Outlook(tmp_path).tell(units)
    assert Outlook(tmp_path).claim(lambda unit: unit.trial != 4) is None
    assert Outlook(tmp_path).claim(anything) == units[0]


def test_many_at_once_claim_different_ones(tmp_path: Path, unit_of: UnitOf) -> None:
    Outlook(tmp_path).tell([unit_of(trial=each) for each in range(8)])
    with ThreadPoolExecutor(16) as threads:
        found = list(threads.map(lambda _: Outlook(tmp_path).claim(anything), range(16)))
    assert sorted(each.trial for each in found if each is not None) == list(range(8))


@pytest.mark.parametrize("is_there", [True, False], ids=["nothing was told", "no folder"])
def test_without_a_word_there_is_nothing_to_claim(tmp_path: Path, is_there: bool) -> None:
    assert Outlook(tmp_path if is_there else tmp_path / "gone").claim(anything) is None


def test_a_folder_that_is_gone_is_no_error_and_is_tried_again(tmp_path: Path, unit_of: UnitOf) -> None:
    folder = tmp_path / "later"
    teller = Outlook(folder)
    teller.tell([unit_of(trial=4)])
    folder.mkdir()
    teller.tell([unit_of(trial=4)])
    assert Outlook(folder).claim(anything) == unit_of(trial=4)


def test_what_was_given_up_may_be_claimed_again(tmp_path: Path, unit_of: UnitOf) -> None:
    Outlook(tmp_path).tell([unit_of(trial=4), unit_of(trial=5)])
    mine = Outlook(tmp_path).claim(anything)
    assert mine is not None
    Outlook(tmp_path).release(mine)
    Outlook(tmp_path).release(unit_of(trial=9))
    assert Outlook(tmp_path).claim(anything) == mine
