"""What a client asks of a job. The API validates with these models and the client builds them."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from typing import Annotated, Any, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator, model_validator

from automl.core.errors import ErrorItem, InvalidInputError
from automl.core.trials import Task

MIN_SECONDS = 10.0
MAX_SECONDS = 7 * 24 * 3600.0
# Of a job that only makes the fast variant of another one's model; most take a few.
REFIT_S = 60.0

Preset = Literal["balanced", "fast"]

_UNITS = {"s": 1.0, "m": 60.0, "h": 3600.0, "": 1.0}
_DURATION = re.compile(r"^\s*(\d+(?:\.\d+)?)\s*([smh]?)\s*$", re.ASCII)


class _Value(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False)


class Budget(_Value):
    """Limits of a job. seconds: from admission to the end; trials: configurations started; cpus: workers at most."""

    seconds: float = 300.0
    trials: Annotated[int, Field(ge=1, le=100_000)] | None = None
    cpus: Annotated[int, Field(ge=1, le=10_000)] | None = None

    @field_validator("seconds")
    @classmethod
    def _in_range(cls, value: float) -> float:
        if not MIN_SECONDS <= value <= MAX_SECONDS:
            raise ValueError(f"a budget takes from {MIN_SECONDS:.0f} seconds to {MAX_SECONDS / 86400:.0f} days")
        return value


class RequestedConfiguration(_Value):
    """One exact model the user wants tried: a family and hyperparameters, checked against the family's own schema."""

    family: str = Field(max_length=64)
    params: dict[str, bool | int | float | str] = Field(default_factory=dict, max_length=64)

    @field_validator("params", mode="before")
    @classmethod
    def _plain(cls, value: Any) -> Any:
        # Before the union: its own errors name each branch instead of the place.
        for name, each in value.items() if isinstance(value, dict) else ():
            if not isinstance(each, bool | int | float | str):
                raise ValueError(f"{str(name)[:80]!r} takes a number, a text, true or false")
        return value


class Split(_Value):
    """How validation rows are chosen. `auto`: stratified. `group`: rows with the same value of `column` stay together;
    `time`: the rows with its newest values validate; `fold`: each of its values is a fold."""

    kind: Literal["auto", "random", "stratified", "group", "time", "fold"] = "auto"
    column: str | None = Field(default=None, max_length=255)

    @model_validator(mode="after")
    def _column_where_needed(self) -> Self:
        needs = self.kind in ("group", "time", "fold")
        if needs != (self.column is not None):
            raise ValueError(
                f"a split by {self.kind} needs a column" if needs else f"a {self.kind} split takes no column"
            )
        return self


class HeldOut(_Value):
    """Rows the search never sees, scored at the end: a share of the rows, or another dataset."""

    share: Annotated[float, Field(gt=0.0, le=0.5)] | None = None
    dataset_id: str | None = Field(default=None, max_length=64)

    @model_validator(mode="after")
    def _one(self) -> Self:
        if (self.share is None) == (self.dataset_id is None):
            raise ValueError("give either share or dataset_id")
        return self


class Costs(_Value):
    """What a wrong answer costs, in any unit: a false alarm, and a case that was missed."""

    false_positive: Annotated[float, Field(gt=0.0, le=1e9)] = 1.0
    false_negative: Annotated[float, Field(gt=0.0, le=1e9)] = 1.0


class FitSpec(_Value):
    """Everything that defines a fit job; equal specs on equal data ask for the same work.

    preset: what the model is. `balanced`: the ensemble of fold models; `fast`: its best member alone, fitted again on
    all rows within the budget: small and quick to predict with, often a little less exact.
    class_weights: label → how much its rows count (1 for labels left out), or `balanced`: each class as much as any
    other. costs: of wrong answers of a binary task, which then decide the threshold. intervals: share of true values
    that the ranges around predicted numbers shall hold. model: id or name of the model whose next version the result
    becomes; None for a model of its own. deterministic: so many trials instead of so many as the time
    allows, so that the same seed gives the same predictions to the bit; the clock may still cut it, which the job says.
    """

    dataset_id: str = Field(max_length=64)
    target: str = Field(min_length=1, max_length=255)
    task: Task | Literal["auto"] = "auto"
    metric: str | None = Field(default=None, max_length=80)
    budget: Budget = Budget()
    preset: Preset = "balanced"
    families: tuple[str, ...] | None = Field(default=None, max_length=32)
    configurations: tuple[RequestedConfiguration, ...] = Field(default=(), max_length=200)
    split: Split = Split()
    test: HeldOut | None = None
    exclude: tuple[str, ...] = Field(default=(), max_length=10_000)
    include: tuple[str, ...] = Field(default=(), max_length=10_000)
    class_weights: Literal["balanced"] | dict[str, Annotated[float, Field(gt=0.0, le=1e6)]] | None = None
    costs: Costs | None = None
    intervals: Annotated[float, Field(ge=0.5, le=0.99)] | None = None
    deterministic: bool = False
    seed: Annotated[int, Field(ge=0, le=2**31 - 1)] = 0
    priority: Annotated[int, Field(ge=0, le=9)] = 5
    name: str | None = Field(default=None, max_length=200)
    model: Annotated[str, Field(min_length=1, max_length=200)] | None = None

    @field_validator("task", mode="before")
    @classmethod
    def _known_task(cls, value: Any) -> Any:
        # Before the union: its own errors name each branch instead of the place.
        known = ("auto", *map(str, Task))
        if value not in known:
            raise ValueError(f"choose one of: {', '.join(known)}")
        return value

    def to_json(self) -> dict[str, Any]:
        return self.model_dump(mode="json")


class PredictSpec(_Value):
    """What a stored prediction is made of. model: `id`, `id@alias`, `id@version` or the same with a name; proba: also a
    probability for each class."""

    model: str = Field(min_length=1, max_length=300)
    dataset_id: str = Field(max_length=64)
    proba: bool = False
    name: Annotated[str, Field(min_length=1, max_length=200)] | None = None


def checked_spec(values: Mapping[str, Any]) -> FitSpec:
    """A spec from plain values. InvalidInputError: names every field that cannot be used, and why."""
    try:
        return FitSpec.model_validate(dict(values))
    except ValidationError as error:
        items = [
            ErrorItem(each["msg"].removeprefix("Value error, "), field=".".join(str(part) for part in each["loc"]))
            for each in error.errors()
        ]
        code = "budget_invalid" if all((item.field or "").startswith("budget") for item in items) else "invalid"
        detail = "; ".join(f"{item.field}: {item.message}" for item in items)
        raise InvalidInputError(f"The job cannot be made: {detail}.", code=code, errors=items) from error


class ReadOptions(_Value):
    """How the user wants a file read; what is not set is found out. `types`: column → type; `replace_bad_bytes`: read
    undecodable bytes as U+FFFD; `rename_duplicates`: `a, a` → `a, a (2)`; `pad_short_rows`: fill with missing."""

    encoding: str | None = Field(default=None, max_length=40)
    delimiter: str | None = Field(default=None, max_length=1)
    quote: str | None = Field(default=None, max_length=1)
    decimal: Literal[".", ","] | None = None
    header: bool | None = None
    skip_rows: Annotated[int, Field(ge=0, le=1000)] | None = None
    sheet: str | None = Field(default=None, max_length=64)
    types: dict[str, Literal["number", "integer", "boolean", "date", "category", "text", "id"]] = {}
    date_order: Literal["day_first", "month_first"] | None = None
    missing_marks: dict[str, tuple[str, ...]] = {}
    replace_bad_bytes: bool = False
    rename_duplicates: bool = False
    pad_short_rows: bool = False


def seconds(text: str | float) -> float:
    """Seconds of a duration such as `90`, `90s`, `5m`, `1.5h`. InvalidInputError: not a duration."""
    if isinstance(text, int | float) and not isinstance(text, bool) and math.isfinite(text):
        return float(text)
    match = _DURATION.match(str(text))
    if match is None:
        raise InvalidInputError(
            f"{str(text)[:40]!r} is not a duration.",
            code="budget_invalid",
            hint="Write seconds, or a number with s, m or h: 60s, 5m, 1.5h.",
            errors=[ErrorItem("not a duration", field="budget", sample=str(text)[:64])],
        )
    return float(match.group(1)) * _UNITS[match.group(2)]
