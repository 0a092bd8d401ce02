import numpy as np
import pytest

from automl.core.trials import Configuration, Task
from automl.pipelines.estimators.catalog import validated
from automl.search.portfolio import TableShape, is_skewed, portfolio
from automl.search.searchers.random import RandomSearcher

SHAPES = [
    TableShape(task, rows, 20, classes, share)
    for task, classes in ((Task.BINARY, 2), (Task.MULTICLASS, 3), (Task.MULTICLASS, 30), (Task.REGRESSION, 0))
    for rows in (100, 1000, 10_000, 40_000, 300_000)
    for share in (0.0, 0.6)
]
SHAPES += [TableShape(Task.BINARY, rows, 300, 2, has_text=True) for rows in (100, 10_000, 300_000)]
SHAPES += [TableShape(Task.REGRESSION, rows, 20, 0, is_skewed=True) for rows in (100, 10_000, 40_000, 300_000)]


@pytest.mark.parametrize("shape", SHAPES, ids=str)
@pytest.mark.parametrize("budget_s", [10.0, 60.0, 300.0])
def test_every_configuration_is_valid_for_its_family(shape: TableShape, budget_s: float) -> None:
    found = portfolio(shape, budget_s)
    assert found[0].family == "linear"
    assert len({each.name for each in found}) == len(found)
    for each in found:
        validated(each.family, dict(each.params))
        if shape.task is Task.REGRESSION:
            assert not each.params.get("extra_trees")


def test_nets_come_first_where_classes_are_many() -> None:
    for rows in (5000, 400_000):
        found = [each.family for each in portfolio(TableShape(Task.MULTICLASS, rows, 60, 355), 60.0)]
        assert found.index("mlp") < found.index("lightgbm")
        assert ("nearest_neighbors" in found) == ("extra_trees" in found) == (rows == 5000)


def test_all_terms_are_learnt_where_there_are_texts() -> None:
    for has_text in (False, True):
        shape = TableShape(Task.BINARY, 3000, 300, 2, has_text=has_text)
        assert [each.family for each in portfolio(shape, 60.0)[:2]].count("text_linear") == has_text


def test_prices_are_learnt_as_logarithms_too() -> None:
    drawn = np.random.default_rng(0).normal(size=2000)
    assert is_skewed(np.exp(drawn))
    assert not is_skewed(np.exp(drawn) - 1.0), "a logarithm needs a floor that means something"
    assert not is_skewed(drawn - drawn.min())
    assert not is_skewed(np.ones(10))
    for rows in (2000, 40_000):
        plain, skewed = (
            [each.name for each in portfolio(TableShape(Task.REGRESSION, rows, 9, 0, is_skewed=each), 60.0)]
            for each in (False, True)
        )
        assert {name for name in skewed if name.endswith(" log")} == {"LightGBM log", "LightGBM medium log"}
        assert not any(name.endswith(" log") for name in plain)


def test_draws_are_valid_and_repeat() -> None:
    searcher = RandomSearcher(0, extra_trees=True)
    for number in range(50):
        drawn = searcher.propose(number)
        assert drawn is not None
        validated(drawn.family, dict(drawn.params))
        assert drawn == RandomSearcher(0, extra_trees=True).propose(number)
    assert RandomSearcher(0, True, families=("linear",)).propose(3) is None


def test_every_other_draw_is_a_net_where_classes_are_many() -> None:
    searcher = RandomSearcher(3, extra_trees=True, nets=True)
    drawn = [searcher.propose(number) for number in range(40)]
    found = [each for each in drawn if each is not None]
    assert [each.family == "mlp" for each in found] == [number % 2 == 0 for number in range(40)]
    assert {each.family for each in found} == {"mlp", "lightgbm", "catboost"}
    for each in found:
        validated(each.family, dict(each.params))
    assert len({each.name for each in found}) == 40
    boosted = RandomSearcher(3, extra_trees=True, nets=True, families=("lightgbm",))
    assert {each.family for each in map(boosted.propose, range(8)) if each is not None} == {"lightgbm"}


def test_only_the_families_asked_for_the_users_own_first() -> None:
    mine = Configuration("lightgbm", {"num_leaves": 7}, origin="user")
    shape = TableShape(Task.BINARY, 1000, 5, 2)
    found = portfolio(shape, 60.0, families=("decision_tree", "lightgbm"), configurations=[mine])
    assert found[0] == mine
    assert {each.family for each in found} == {"decision_tree", "lightgbm"}


def test_many_classes_get_nets_of_several_shapes_before_boosters() -> None:
    families = [each.family for each in portfolio(TableShape(Task.MULTICLASS, 500, 30, 19), 60.0)]
    assert families.count("mlp") == 3
    assert max(place for place, name in enumerate(families) if name == "mlp") < families.index("lightgbm")
    names = [each.name for each in portfolio(TableShape(Task.MULTICLASS, 500, 30, 19), 60.0)]
    assert len(set(names)) == len(names)
