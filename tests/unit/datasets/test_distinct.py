"""Different values counted in bounded memory, against plain sets."""

from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pytest

from automl.datasets import distinct
from automl.datasets.distinct import Distinct


def fed(tmp_path: Path, blocks: list[Any], kind: pa.DataType) -> Distinct:
    counter = Distinct(tmp_path / "hashes")
    for block in blocks:
        table = pc.value_counts(pa.array(block, kind))
        counter.add(table.field("values"), np.asarray(table.field("counts")))
    return counter


def test_few_values_are_counted_exactly(tmp_path: Path) -> None:
    counter = fed(tmp_path, [["a", "b", "a"], ["c", "a"]], pa.string())
    assert (counter.exact, counter.number, counter.settle()) == (True, 3, False)
    assert counter.top(2) == [("a", 3), ("b", 1)]
    assert counter.share == 0.6


@pytest.mark.parametrize("shuffled", [False, True])
@pytest.mark.parametrize("twice", [False, True])
def test_many_integers(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, shuffled: bool, twice: bool) -> None:
    monkeypatch.setattr(distinct, "_PART", 7_000)
    values = np.arange(40_000)
    if shuffled:
        values = np.random.default_rng(0).permutation(values)
    if twice:
        values[-1] = values[3]
    counter = fed(tmp_path, np.split(values, 8), pa.int64())
    assert counter.settle() is not twice
    assert counter.rises == (not shuffled and not twice)
    assert not (tmp_path / "hashes").exists()


@pytest.mark.parametrize("twice", [False, True])
def test_many_texts(tmp_path: Path, twice: bool) -> None:
    texts = [f"{number * 2654435761 % 2**32:x}-{'é' * (number % 5)}" for number in range(30_000)]
    texts[-1] = texts[0] if twice else texts[-1]
    counter = fed(tmp_path, [texts[place : place + 5_000] for place in range(0, 30_000, 5_000)], pa.string())
    assert counter.settle() is not twice
    assert not counter.exact


def test_hashes_tell_texts_apart_and_see_slices_alike() -> None:
    texts = pa.array(["ab", "ba", "a", "b", "aa", "", "\0", "a\0", "ab" * 30])
    hashes = distinct._hashes(texts)
    assert len(set(hashes.tolist())) == len(texts)
    assert distinct._hashes(texts[3:6]).tolist() == hashes[3:6].tolist()


def test_numbers_in_one_block_and_texts_in_the_next(tmp_path: Path) -> None:
    counter = fed(tmp_path, [], pa.string())
    for values in (pa.array([1, 2]), pa.array(["x", "y"])):
        counter.add(values, np.ones(2, np.int64))
    assert not counter.exact
    assert not counter.settle()
    assert counter.share == 1.0


def test_long_texts_are_not_kept(tmp_path: Path) -> None:
    assert not fed(tmp_path, [["x" * 100, "y" * 100]], pa.string()).settle()
