"""The fitting of one job: study, runners and baseline together, in legs (an extension of the deadline adds a leg)."""

from __future__ import annotations

import logging
import threading
from typing import Any

from automl.core.errors import UnavailableError
from automl.core.states import TrialState
from automl.core.trials import Configuration, FoldResult, Unit
from automl.jobs.aggregate import JobRecord
from automl.jobs.baseline import Baseline, baseline, in_time, last_resort
from automl.jobs.budget import Spending
from automl.jobs.choosing import Chosen
from automl.jobs.context import DriverContext
from automl.jobs.deaths import Deaths
from automl.jobs.leaderboard import trial_body
from automl.jobs.ledger import Ledger
from automl.jobs.log_lines import LOG, said
from automl.jobs.loop import JobLoop
from automl.jobs.prepare import Prepared
from automl.jobs.progress import SIGNAL_S, progress_body
from automl.jobs.replay import Replayed
from automl.jobs.runners import Runners
from automl.jobs.shelf import FoldShelf
from automl.jobs.study_settings import study_settings
from automl.pipelines.estimators.catalog import families
from automl.search.study import Study
from automl.training.outlook import Outlook
from automl.training.runner import make_fold_runner

_log = logging.getLogger(__name__)


class Fitting:
    """Owned by one driver. Methods are for its main thread; results come in from the runner's."""

    def __init__(self, context: DriverContext, ledger: Ledger, shelf: FoldShelf, record: JobRecord, epoch: int) -> None:
        self._context = context
        self._ledger = ledger
        self._shelf = shelf
        self._job = record
        self._lock = threading.Lock()
        self._configurations: dict[int, Configuration] = {}
        self._deaths = Deaths(ledger)
        self._earlier: frozenset[int] = frozenset()
        scratch = context.scratch / f"{record.id}-{epoch}"
        self._outlook = Outlook(scratch)
        self._runners = Runners(context, record, epoch, scratch)
        self._loop = JobLoop(self._started, self._told, self._lost, self._outlook.tell)
        self._study: Study | None = None
        # Of an earlier driver, where there was one.
        self._first_model_s: float | None = record.progress.get("first_model_s")
        self._told_at = float("-inf")
        self._run_own = make_fold_runner(
            context.blobs, context.block_store, record.tenant, record.id, context.clock, worker="driver"
        )

    def know(self, replayed: Replayed) -> None:
        """Trials of earlier drivers, and of a job that is continued."""
        with self._lock:
            self._configurations.update(replayed.configurations)
            self._earlier = frozenset(replayed.configurations)
        self._deaths.know(replayed.deaths)

    def configurations(self) -> dict[int, Configuration]:
        """Trial → what it tries, of every trial that was started."""
        with self._lock:
            return dict(self._configurations)

    # --- a leg --------------------------------------------------------------------------------------------------
    def start_runner(self, course: Spending) -> None:
        """Let workers start; does nothing when those of this leg have been started."""
        if not self._runners.has_started:
            self._runners.start(self._loop, course)

    def begin(self, prepared: Prepared, course: Spending) -> Baseline | None:
        """Hand out the study's units from now on; the first one may be done here, beside the clock."""
        study = self._new_study(prepared, course)
        number = prepared.quick
        if number is None and not self._runners.has_started:
            # Without a runner (the owner wants the end already) any must do.
            number = 0
        elif number in self._earlier:
            # It was begun and never told: it may be what ended the earlier driver, so a worker does it.
            number = None
        unit = None if number is None or self._shelf.usable() else study.claim(number)
        self._study = study
        if unit is not None:
            unit = unit if prepared.plan.deterministic else in_time(unit, course, self._context.clock.now())
            self._loop.took(unit)
        self._loop.attach(study, frozenset(each.trial for each in self._shelf.results()))
        return None if unit is None else baseline(unit, self._run_own, self._loop.tell)

    def is_over(self) -> bool:
        """Nothing more will be handed out."""
        return self._loop.is_over()

    def is_running(self) -> bool:
        """Units are under way."""
        return bool(self._loop.running())

    def untold(self) -> list[Unit]:
        """Units that were handed out and whose results did not come."""
        return self._loop.running()

    def watch_runner(self, course: Spending) -> None:
        """A runner that ended early by a defect of its own is replaced."""
        # In this order: a runner whose study is over ends, too.
        if not self._runners.needs_another or self._loop.is_over():
            return
        _log.error("job %s: the runner ended before the study; another one starts", self._job.id)
        self._ledger.event(LOG, said("warning", "What hands folds out ended too early; another one starts."))
        self._loop.disown("the runner ended")
        self._runners.start(self._loop, course)

    def extend(self, course: Spending) -> None:
        """The leg goes on for longer than was planned."""
        if self._study is not None:
            self._study.extend(course.fit_end_at, course.deadline_at)
        self._runners.extend(course)

    def stop(self) -> None:
        """Hand out nothing more."""
        self._loop.stop()
        if self._study is not None:
            self._study.stop()

    def end(self) -> None:
        """End the leg: what still runs is killed and forgotten."""
        self.stop()
        self._runners.end_leg()
        self._loop = JobLoop(self._started, self._told, self._lost, self._outlook.tell)

    def release(self) -> None:
        """Give back every process and file, in bounded time."""
        self.stop()
        self._runners.release()

    # --- the end ------------------------------------------------------------------------------------------------
    def last_resort(self, prepared: Prepared, seconds: float) -> None:
        """Try for a model when no fold ended."""
        number = 1 + max([*self.configurations(), len(prepared.first) - 1])
        known, views = families(), prepared.plan.blocks
        wanted = prepared.spec.families or tuple(known)
        allowed = tuple(name for name in wanted if name in known and known[name].view in views)
        found = last_resort(allowed, number, self._run_own, self._context.clock.now(), seconds)
        if found is not None:
            configuration, result = found
            with self._lock:
                self._configurations[number] = configuration
            self._ledger.trial(number, trial_body(configuration, TrialState.RUNNING))
            self._told(result)

    def close_trials(self, prepared: Prepared) -> None:
        """Write what became of each trial."""
        k, usable = prepared.plan.k, self._shelf.usable()
        views = {each.number: each for each in self._study.trials()} if self._study is not None else {}
        deaths = self._deaths.counts()
        for number, configuration in sorted({**dict(enumerate(prepared.first)), **self.configurations()}.items()):
            view, folds = views.get(number), len(usable.get(number, {}))
            state = TrialState.COMPLETE if folds >= k else TrialState.PARTIAL if folds else TrialState.SKIPPED
            reason = view.reason if view is not None else None
            if not folds and view is not None and (view.folds or view.state is TrialState.FAILED):
                state = TrialState.FAILED
            elif state is TrialState.SKIPPED and reason is None:
                reason = "left out: no time for it"
            elif state is TrialState.PARTIAL and reason is None:
                reason = "not admitted to further folds: others add more in the time left"
            self._ledger.trial(number, trial_body(configuration, state, reason, deaths.get(number)))

    def facts(self) -> dict[str, Any]:
        """Of the result: counts, and when the first model was there, seconds after admission."""
        results = self._shelf.results()
        return {
            "trials": len({each.trial for each in results}),
            "folds": len(results),
            "first_model_s": self._first_model_s,
            "missing": None if self._study is None else self._study.missing(),
        }

    def tell_progress(self, prepared: Prepared, chosen: Chosen | None) -> None:
        """Say where the job stands, once a second at most."""
        now = self._context.clock.monotonic()
        if now - self._told_at < SIGNAL_S:
            return
        self._told_at = now
        body = progress_body(
            "fitting", prepared.plan.metric, self._shelf, self.configurations(), chosen, prepared.plan.k
        )
        body["first_model_s"] = self._first_model_s
        self._ledger.progress(body)
        self._ledger.signal("job.progress", body)

    # --- inside -------------------------------------------------------------------------------------------------
    def _new_study(self, prepared: Prepared, course: Spending) -> Study:
        for result in self._shelf.results():
            if result.fold == 0 and result.is_usable:
                self._fetch(result)
        question = prepared.question
        return Study(
            study_settings(prepared, self._job, course),
            self._context.clock,
            prepared.first,
            history=self._shelf.results(),
            predictions=self._shelf.held,
            first_y=question.y[question.fold == 0],
            families=prepared.spec.families,
            known=self.configurations(),
            deaths=self._deaths.counts(),
        )

    def _started(self, unit: Unit) -> None:
        with self._lock:
            is_new = unit.trial not in self._configurations
            self._configurations.setdefault(unit.trial, unit.configuration)
        if is_new:
            self._ledger.trial(unit.trial, trial_body(unit.configuration, TrialState.RUNNING))

    def _told(self, result: FoldResult) -> None:
        if not self._shelf.add(result):
            return
        self._ledger.fold(result)
        family = self._configurations[result.trial].family
        metrics = self._context.metrics
        metrics.inc("automl_folds_total", {"family": family, "status": str(result.status)})
        metrics.observe("automl_fold_seconds", result.total_s, {"family": family})
        if result.is_usable:
            if self._first_model_s is None and self._job.admitted_at is not None:
                self._first_model_s = self._context.clock.now() - self._job.admitted_at
            if result.fold == 0:
                # Admission weighs first folds by their predictions, and must not wait for a store.
                self._fetch(result)

    def _lost(self, trial: int, fold: int, reason: str) -> None:
        self._deaths.add(trial, fold, self.configurations()[trial], reason)

    def _fetch(self, result: FoldResult) -> None:
        try:
            self._shelf.prediction(result.trial, result.fold)
        except UnavailableError as error:
            _log.warning("job %s: predictions are not at hand: %s", self._job.id, error.detail)
