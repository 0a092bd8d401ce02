"""The statistics of the quality benchmark, on rows made by hand."""

import numpy as np
import pytest

from benchmarks.quality.comparison import better_than_all, gaps, interval, losses, pair, ranks


def row(framework: str, table: str, loss: float, seed: int = 0, constant: float = 1.0, **more: object) -> dict:
    base = {"framework": framework, "table": table, "seed": seed, "loss": loss, "constant_loss": constant}
    return base | {"spot_check": False} | more


def two(ours: list[float], rival: list[float]) -> list[dict]:
    made = [row("ours", f"t{number}", loss) for number, loss in enumerate(ours)]
    return made + [row("rival", f"t{number}", loss) for number, loss in enumerate(rival)]


def test_seeds_of_a_table_are_averaged() -> None:
    given = losses([row("a", "t", 0.2, seed=0), row("a", "t", 0.4, seed=1)])
    assert given.tables == ("t",)
    assert given.values.tolist() == [[pytest.approx(0.3)]]


def test_only_splits_that_all_have_are_compared() -> None:
    rows = [row("a", "t", 0.2), row("b", "t", 0.3), row("a", "t", 0.9, seed=1), row("a", "u", 0.1)]
    given = losses(rows)
    assert given.tables == ("t",)
    assert given.values.tolist() == [[0.2, 0.3]]


def test_no_common_table_is_said() -> None:
    with pytest.raises(ValueError, match="no table"):
        losses([row("a", "t", 0.2), row("b", "u", 0.3)])


def test_spot_checks_are_left_out() -> None:
    given = losses([row("a", "t", 0.2), row("a", "t", 0.9, spot_check=True)])
    assert given.values.tolist() == [[0.2]]


def test_gap_is_zero_for_the_best_and_one_for_the_constant() -> None:
    given = losses([row("a", "t", 0.2), row("b", "t", 0.6), row("c", "t", 1.0), row("d", "t", 5.0)])
    assert gaps(given).tolist() == [[0.0, pytest.approx(0.5), 1.0, 1.0]]


def test_gap_where_nobody_beats_the_constant() -> None:
    given = losses([row("a", "t", 1.0), row("b", "t", 1.0)])
    assert gaps(given).tolist() == [[0.0, 0.0]]


def test_gap_does_not_depend_on_the_unit() -> None:
    small = losses([row("a", "t", 0.2), row("b", "t", 0.6)])
    large = losses([row("a", "t", 200.0, constant=1000.0), row("b", "t", 600.0, constant=1000.0)])
    assert gaps(small) == pytest.approx(gaps(large))


def test_ties_share_their_rank() -> None:
    given = losses([row("a", "t", 0.2), row("b", "t", 0.2), row("c", "t", 0.1), row("d", "t", 0.5)])
    assert ranks(given).tolist() == [[2.5, 2.5, 1.0, 4.0]]


def test_pair_counts_and_sign() -> None:
    found = pair(losses(two([0.1, 0.2, 0.5], [0.2, 0.2, 0.4])), "ours", "rival")
    assert (found.wins, found.ties, found.losses) == (1, 1, 1)
    assert found.share.mean == pytest.approx(0.5)
    back = pair(losses(two([0.1, 0.2, 0.5], [0.2, 0.2, 0.4])), "rival", "ours")
    assert back.gain.mean == pytest.approx(-found.gain.mean)


def test_verdict_needs_an_interval_beside_zero() -> None:
    rival = [0.5] * 8
    assert pair(losses(two([0.3 + 0.01 * n for n in range(8)], rival)), "ours", "rival").verdict == "better"
    assert pair(losses(two([0.7 + 0.01 * n for n in range(8)], rival)), "ours", "rival").verdict == "worse"
    mixed = [0.3, 0.7] * 4
    assert pair(losses(two(mixed, rival)), "ours", "rival").verdict == "open"


def test_verdict_needs_tables() -> None:
    assert pair(losses(two([0.1] * 5, [0.5] * 5)), "ours", "rival").verdict == "open"
    assert pair(losses(two([0.1] * 6, [0.5] * 6)), "ours", "rival").verdict == "better"


def test_interval_holds_the_mean_and_narrows_with_tables() -> None:
    rng = np.random.default_rng(0)
    few, many = interval(rng.normal(1, 1, 10)), interval(rng.normal(1, 1, 1000))
    assert few.low < few.mean < few.high
    assert many.high - many.low < (few.high - few.low) / 4
    # 1.96 standard errors, as theory has it.
    assert many.high - many.low == pytest.approx(2 * 1.96 / np.sqrt(1000), rel=0.15)


def test_interval_is_the_same_each_time() -> None:
    values = np.array([0.1, 0.5, 0.2, 0.9])
    assert interval(values) == interval(values)


def test_better_than_the_best_of_all_leaves_the_constant_out() -> None:
    rows = [*two([0.1, 0.4], [0.2, 0.3]), row("constant", "t0", 1.0), row("constant", "t1", 1.0)]
    assert better_than_all(losses(rows), "ours").mean == pytest.approx(0.5)
