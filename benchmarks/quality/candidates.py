"""What a job of a minute would fit, in its order: the portfolio, then draws without end."""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Sequence

from automl.core.trials import Configuration
from automl.search.pace import Pace
from automl.search.portfolio import TableShape, portfolio
from automl.search.searchers.random import RandomSearcher

BUDGET_S = 60.0


def first(shape: TableShape) -> tuple[Configuration, ...]:
    """The portfolio."""
    return portfolio(shape, BUDGET_S)


def draws(shape: TableShape, seed: int, families: Sequence[str] | None = None) -> Iterator[Configuration]:
    """Refinement draws; none where no family that is drawn is allowed. families: None for all."""
    pace = Pace.of_budget(shape.n_rows, shape.n_columns, shape.n_classes, BUDGET_S)
    searcher = RandomSearcher.of_table(seed, shape.task, pace, families)
    for number in itertools.count():
        drawn = searcher.propose(number)
        if drawn is None:
            return
        yield drawn
