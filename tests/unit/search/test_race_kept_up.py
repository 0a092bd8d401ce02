"""Whatever happens to trials, what is kept up to date says what working it out anew from all of them would say."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import settings as how
from hypothesis import strategies as st

from automl.core.states import FoldStatus
from automl.core.trials import Configuration, FoldResult
from automl.search.book import Book
from automl.search.race import FoldRace
from automl.search.searchers.random import RandomSearcher
from tests.unit.search.recomputed import Recomputed
from tests.unit.search.simulation import SimulatedClock, settings

GIVEN = settings(k=3)
FAMILIES = ("lightgbm", "catboost", "mlp", "linear")
Y = (np.random.default_rng(0).random(200) < 0.4).astype(np.int32)


class History:
    """One book, moved by drawn events, and what it has to agree with."""

    def __init__(self, pinned: int) -> None:
        portfolio = [
            Configuration(FAMILIES[n % 4], {"learning_rate": 0.02 + 0.01 * n}, "user" if n < pinned else "portfolio")
            for n in range(6)
        ]
        self.book = Book(GIVEN, portfolio, RandomSearcher(0, extra_trees=True))
        self.predictions: dict[int, np.ndarray] = {}
        self.told: list[FoldResult] = []
        self.race = FoldRace(GIVEN, SimulatedClock(), self.book, lambda trial, fold: self.predictions.get(trial), Y)
        self.anew = Recomputed(self.book, GIVEN, self.told, Y, self.predictions)

    def happens(self, event: str, number: int, amount: int) -> None:
        if event == "draw":
            drawn = list(self.book.proposed())[number % 3]
            self.book.reserve(drawn, 0)
            return
        trial = self.book.trials[number % len(self.book.trials)]
        following = trial.next_fold(GIVEN.k)
        if event == "begin" and trial.running is None and following is not None and not trial.dead:
            self.book.reserve(trial, following)
        elif event == "tell" and trial.running is not None:
            self.tell(trial.number, trial.running, amount)
        elif event == "lose" and trial.running is not None:
            self.book.lost(trial.number, trial.running, "it died", deaths=amount % 4)
        elif event == "drop" and trial.running is not None:
            self.book.drop(trial.number)
        elif event == "skip" and not trial.started:
            self.book.skip(trial.number, "too dear")

    def tell(self, number: int, fold: int, amount: int) -> None:
        ok = amount % 11 != 0
        # Of some it is not known what they took.
        value, spent_s = 0.2 + amount % 5 / 10, 0.1 + amount / 20 if amount % 7 else 0.0
        status = FoldStatus.OK if ok else FoldStatus.FAILED
        told = FoldResult(number, fold, status, loss=value, total_s=spent_s, predict_us_row=float(amount % 7) * 40)
        if ok and spent_s:
            self.told.append(told)
        if ok:
            yes = np.clip(np.where(Y == 1, 1 - value, value) + amount * np.sin(np.arange(200)) / 300, 0.01, 0.99)
            self.predictions.setdefault(number, np.column_stack([1 - yes, yes]))
        self.book.take_in(told)

    def check(self, left_s: float) -> None:
        book, anew = self.book, self.anew
        unfinished = anew.unfinished()
        begun = {each.number for each in anew.begun()}
        assert book.unfinished == {each.number for each in unfinished}
        assert book.begun == begun
        assert [number for _, number in book.open] == [
            each.number for each in book.best(999) if each in unfinished and each.number not in begun
        ]
        assert book.running == {each.number for each in book.trials.values() if each.running is not None}
        assert book.ended == {
            each.number
            for each in book.trials.values()
            if each.started and each.running is None and each not in unfinished
        }
        assert [book.fold_s(each) for each in book.trials.values()] == pytest.approx(
            [anew.fold_s(each) for each in book.trials.values()]
        )
        assert book.busy_s() == pytest.approx(anew.busy_s(), abs=1e-6)
        assert book.begun_rest_s() == pytest.approx(sum(map(anew.rest_s, anew.begun())), abs=1e-6)
        still_open = [each for each in unfinished if each.number not in begun]
        assert book.open_rest_s() == pytest.approx(sum(map(anew.rest_s, still_open)), abs=1e-6)
        assert self.race.admitted(left_s) == anew.admitted(left_s)


EVENTS = st.lists(
    st.tuples(
        st.sampled_from(("begin", "begin", "tell", "tell", "tell", "draw", "lose", "drop", "skip")),
        st.integers(0, 40),
        st.integers(0, 60),
    ),
    min_size=10,
    max_size=60,
)


@how(max_examples=60, deadline=None)
@given(pinned=st.integers(0, 2), events=EVENTS, left_s=st.sampled_from((0.5, 3.0, 8.0, 60.0)))
def test_what_is_kept_is_what_would_be_worked_out(
    pinned: int, events: list[tuple[str, int, int]], left_s: float
) -> None:
    history = History(pinned)
    for event, number, amount in events:
        history.happens(event, number, amount)
        # A reservation alone is no reason to decide anew.
        history.book.version += 1
        history.check(left_s)
