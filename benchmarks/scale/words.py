"""What docs/scale.md says around its figures."""

from __future__ import annotations

# Heading → key of the row and how it is written.
WORKER_COLUMNS = {
    "workers": ("workers", "d"),
    "efficiency": ("efficiency", ".1%"),
    "middle part": ("steady", ".1%"),
    "before the first fold": ("start", ".1%"),
    "between folds": ("between", ".1%"),
    "after the last": ("end", ".1%"),
    "controller busy": ("controller_busy", ".0%"),
    "ms a unit": ("controller_ms_unit", ".1f"),
    "units": ("units", ",d"),
}

HEAD = """# How far it scales

Two questions: how many workers one job can keep busy, and what each step of a job costs as tables grow. Every
figure is read from rows under `benchmarks/results/`; `.venv/bin/python -m benchmarks.scale.report` writes this page
anew.

```
make bench-workers   # fold costs of a real job, then the frontier: about 15 minutes on a quiet machine
make bench-growth    # five to eight minutes
```

Long lists (ten thousand jobs, a leaderboard of five thousand trials) are measured by `make bench-scale`."""

WORKERS = """## Workers of one job

Ray Tune's own controller runs here with the service's searcher, scheduler, bridge and study, as a job runs them.
Only the workers are simulated: an actor manager of ours takes the place of Ray's, folds cost what folds of a real
job cost (drawn by family), and a clock of ours skips the time in which nothing happens. What the controller
computes is real CPU time and holds every worker up for as long; what Ray's calls cost the controller's process is
measured on real Ray and charged. A worker stores each fold, begins the next one of its trial ahead of being asked,
and is given another by Tune's reset, as real ones do. The table is telco_churn's size: folds of well under a
second, so that the controller is asked often.

Not simulated: starting a thousand processes (each begins after 0.1 s, as preloaded ones do), the ledger's and the
ensemble's threads, which share the driver's interpreter, and what a store adds when a thousand workers write to it.
The frontier of a real cluster is therefore at most this one."""

CHECK = """Checked against a real job on {workers} workers ({budget:.0f} s): {measured:.1%} of their seconds idle
between preparation and the end of fitting, {simulated:.1%} simulated. The real job also waits for its first views
to be read and shares two cores with the service."""

CALLS = """Ray's calls, CPU of the caller: {submit:.0f} us for an actor call, {event:.0f} us to take a result in and
{each:.2f} us more for each call under way (Tune shuffles them and waits for all), {start:.1f} ms for one more
actor; {trip:.2f} ms to an actor or back."""

LIMIT = """The workload never runs out: every draw of refinement is a little better than the last. Efficiency is
busy worker seconds over workers x makespan; the middle part (40 to 85 % of the run) leaves the start and the
deadline out. A short budget weighs on both: a thousand actors take seconds to ask for."""

JOB = """Here the controller's work costs no time, and refinement is as a job's: draws are better or worse at random,
and it ends after so many fruitless ones. What is lost here is lost for want of units worth doing: a portfolio of a
dozen configurations, folds of a trial in series, and draws that end or no longer fit before the deadline."""

MOVES = """Share of the middle part in folds, and the controller's milliseconds for each unit (of several folds,
where the variant says so):

- **first fold, then the rest in one unit**: racing by first folds stays; three reports of five are saved.
- **all folds in one unit**: no racing; a trial is one unit.
- **admission decided at leisure**: the study weighs who goes on while that takes a twentieth of the time at most,
  not at each result.
- **a driver for 32 workers**: several drivers share the workers, each with trials of its own.
- **folds ten times as long**: what a table of ten times the rows does by itself."""

GROWTH = """## A job's steps as tables grow

CPU seconds of each step on one thread, over rows (20 columns, 2 classes), columns (2,000 rows) and classes (5,000
rows, 20 columns). Made tables: one column in five a category, the target a function of three columns and noise. A
fold is fitted on four fifths of the rows with a fixed number of rounds (LightGBM, CatBoost and XGBoost 50,
ExtraTrees 20 trees, MLP 3 epochs), so that seconds compare; `predict` is of 10,000 rows by one fold's model,
`choose` the ensemble of twenty members. `read` includes the start of the child process that reads."""

GROWTH_READ = """A slope of 1 is linear; it is fitted over the upper three sizes, where fixed costs no longer hide
it. A size that a step did not reach was left out because the one before it was too dear."""
