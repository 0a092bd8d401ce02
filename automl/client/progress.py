"""What a person sees while a job works: one line with an ETA on a terminal, nothing when piped."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable
from typing import TextIO

from automl.core.states import JobKind
from automl.core.views import JobView, Progress

# A look is a request, and on a laptop the job's own folds pay for it.
_SOON_S, _CALM_S = 0.25, 1.0
_SHARE = 0.1
_NEAR_THE_END_S = 5.0


class ProgressLine:
    """Redraws one line on standard error while a job works; silent when that is no terminal."""

    def __init__(self, stream: TextIO | None = None, enabled: bool = True) -> None:
        self._stream = stream or sys.stderr
        self._enabled = enabled and self._stream.isatty()
        self._shown = False

    def show(self, job: JobView) -> None:
        """Draw the job's present state."""
        if self._enabled:
            self._stream.write("\r\x1b[K" + line(job))
            self._stream.flush()
            self._shown = True

    def close(self) -> None:
        """Leave the line, so that what follows starts on its own."""
        if self._shown:
            self._stream.write("\r\x1b[K")
            self._stream.flush()
            self._shown = False


def line(job: JobView) -> str:
    """One line, at most ~100 characters: state, share of the budget, counts, best score, seconds left."""
    progress = job.progress
    parts = [f"{job.state:<9} {progress.fraction:>4.0%}"]
    if job.queue_reason and not job.state.is_terminal and job.admitted_at is None:
        parts.append(job.queue_reason)
    if job.kind is JobKind.PREDICT:
        parts.append(_rows(progress))
    else:
        parts.append(f"{progress.trials} models, {progress.folds} folds")
    if progress.best_score is not None:
        parts.append(f"best {job.metric} {progress.best_score:.5g} ({progress.best_family})")
    if progress.eta_s is not None:
        parts.append(f"{progress.eta_s:.0f} s left")
    return " · ".join(parts)


def _rows(progress: Progress) -> str:
    done = f"{progress.rows or 0:,}"
    return f"{done} rows" if progress.rows_total is None else f"{done} of {progress.rows_total:,} rows"


def follow(get: Callable[[], JobView], progress: ProgressLine) -> JobView:
    """Ask for the job until it has ended, drawing it on the way; the ended job."""
    try:
        while True:
            job = get()
            if job.state.is_terminal:
                return job
            progress.show(job)
            time.sleep(pause_s(job))
    finally:
        progress.close()


def pause_s(job: JobView) -> float:
    """Seconds until a job is worth another look: a tenth of what it has run for, so that no end is learnt much too
    late, but few of them near its deadline, and where nobody knows when its end is."""
    eta_s, done = job.progress.eta_s, job.progress.fraction
    if eta_s is None or eta_s <= _NEAR_THE_END_S or done >= 1.0:
        return _SOON_S
    return min(_CALM_S, max(_SOON_S, _SHARE * eta_s * done / (1.0 - done)))
