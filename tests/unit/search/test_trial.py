"""What became of a trial, as the leaderboard shows it."""

from automl.core.states import FoldStatus, TrialState
from automl.core.trials import Configuration, FoldResult
from automl.search.trial import Trial


def trial(*losses: float | None, number: int = 0) -> Trial:
    """With so many folds of these losses, the first one fold 0."""
    found = Trial(number, Configuration("linear", {}))
    for fold, loss in enumerate(losses):
        found.folds[fold] = FoldResult(number, fold, FoldStatus.OK, score=0.5, loss=loss)
    return found


def test_what_was_never_begun_had_no_time() -> None:
    assert trial().view(2, over=False).state is TrialState.PAUSED
    view = trial().view(2, over=True)
    assert (view.state, view.reason) == (TrialState.SKIPPED, "no time left")


def test_an_unfinished_one_says_why_once_nothing_more_comes() -> None:
    begun = trial(0.5)
    assert begun.view(2, over=False).reason is None
    assert begun.view(2, over=True).reason == "others add more"
    begun.reason = "cut by its share of the budget"
    assert begun.view(2, over=True).reason == begun.reason
    assert trial(0.5, 0.4).view(2, over=True).reason is None


def test_folds_are_shown_in_order() -> None:
    begun = trial(0.5, 0.4, 0.3)
    begun.folds = dict(sorted(begun.folds.items(), reverse=True))
    assert [each.fold for each in begun.view(3, over=True).folds] == [0, 1, 2]


def test_trials_stand_by_their_first_loss_then_by_number() -> None:
    found = [trial(0.3, number=2), trial(None, number=0), trial(0.3, number=1), trial(0.2, 0.9, number=3)]
    assert [each.number for each in sorted(found, key=lambda each: each.rank)] == [3, 1, 2, 0]
