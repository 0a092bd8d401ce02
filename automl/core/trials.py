"""What search decides and compute carries out: configurations, units of work, their results."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, fields
from enum import StrEnum
from typing import Any, Self

from automl.core.states import FoldStatus

Params = Mapping[str, Any]


class Task(StrEnum):
    """What kind of target is learnt."""

    BINARY = "binary"
    MULTICLASS = "multiclass"
    REGRESSION = "regression"

    @property
    def is_classification(self) -> bool:
        return self is not Task.REGRESSION


class Decision(StrEnum):
    """What a scheduler tells compute to do with the trial that just reported."""

    CONTINUE = "continue"
    PAUSE = "pause"
    STOP = "stop"


# The origin of what a study drew by itself, beyond its portfolio.
REFINEMENT = "refinement"


@dataclass(frozen=True)
class Configuration:
    """One point of the search space: a family with its hyperparameters. `origin`: portfolio, user, refinement."""

    family: str
    params: Params
    origin: str = "portfolio"
    name: str = ""

    def to_json(self) -> dict[str, Any]:
        return {"family": self.family, "params": dict(self.params), "origin": self.origin, "name": self.name}

    @classmethod
    def from_json(cls, body: Mapping[str, Any]) -> Self:
        return cls(body["family"], dict(body["params"]), body.get("origin", "portfolio"), body.get("name", ""))


@dataclass(frozen=True)
class Unit:
    """One fold of one trial, the unit of work.

    trial, fold: numbers from 0. slice_s: seconds this fold may take, predict and save included.
    deadline_at: wall time (epoch seconds) after which the result is worth nothing.
    """

    trial: int
    fold: int
    configuration: Configuration
    slice_s: float
    deadline_at: float

    def to_json(self) -> dict[str, Any]:
        return {**asdict(self), "configuration": self.configuration.to_json()}

    @classmethod
    def from_json(cls, body: Mapping[str, Any]) -> Self:
        return cls(
            trial=body["trial"],
            fold=body["fold"],
            configuration=Configuration.from_json(body["configuration"]),
            slice_s=body["slice_s"],
            deadline_at=body["deadline_at"],
        )


@dataclass(frozen=True)
class FoldResult:
    """How one unit ended; the row of a fold in the ledger.

    score: the job's metric, higher is better. loss: log loss or RMSE, lower is better (what admission compares).
    blob: name of the durable blob with fold model and out-of-fold predictions; None unless status is ok or cut.
    fit_s, predict_s: seconds. predict_us_row: microseconds for one row of a large batch. rounds: boosting rounds,
    trees or epochs used. size_bytes: of the fold's model. error: one sentence when it failed. store_s: seconds that
    making it durable took, known to the process alone that did so; not part of what a fold is.
    """

    trial: int
    fold: int
    status: FoldStatus
    score: float | None = None
    loss: float | None = None
    blob: str | None = None
    digest: str | None = None
    fit_s: float = 0.0
    predict_s: float = 0.0
    total_s: float = 0.0
    predict_us_row: float = 0.0
    rounds: int | None = None
    size_bytes: int = 0
    worker: str = ""
    attempt: int = 1
    error: str | None = None
    extra: Mapping[str, Any] = field(default_factory=dict)
    store_s: float = field(default=0.0, compare=False)

    @property
    def is_usable(self) -> bool:
        return self.status in (FoldStatus.OK, FoldStatus.CUT)

    def to_json(self) -> dict[str, Any]:
        return {**asdict(self), "status": str(self.status), "extra": dict(self.extra)}

    @classmethod
    def from_json(cls, body: Mapping[str, Any]) -> Self:
        values = {name: value for name, value in body.items() if name in _KNOWN_OF_A_FOLD}
        values["status"] = FoldStatus(values["status"])
        return cls(**values)


# A newer release may have stored more. Looked up once: a long leaderboard reads tens of thousands.
_KNOWN_OF_A_FOLD = frozenset(each.name for each in fields(FoldResult))


def fold_blob(job_id: str, trial: int, fold: int) -> str:
    """The blob name of one fold's model and predictions: deterministic, so twice becomes once."""
    return f"{job_id}/folds/{trial:05d}-{fold:02d}"
