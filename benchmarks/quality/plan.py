"""The suites as data: tables, constraints, frameworks; and the rows they ask for."""

from __future__ import annotations

import tomllib
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

SUITES = Path(__file__).parent / "suites"
METRICS = {"binary": "roc_auc", "multiclass": "log_loss", "regression": "rmse"}


@dataclass(frozen=True)
class TableSpec:
    """Where a table comes from and what is to be predicted; see suites/tables.toml."""

    name: str
    source: str
    task: str
    target: str
    file: str = ""
    separator: str = ","
    encoding: str = "utf-8"
    sheet: str = ""
    missing: tuple[str, ...] = ("",)
    drop: tuple[str, ...] = ()
    tags: tuple[str, ...] = ()
    change: dict[str, Any] = field(default_factory=dict)
    train_rows: int | None = None
    test_share: float = 0.25
    max_test_rows: int = 100_000
    shape: str = ""
    rows: int = 0
    columns: int = 0
    classes: int = 0
    levels: int = 0

    @property
    def metric(self) -> str:
        """As in the AutoML benchmark."""
        return METRICS[self.task]


@dataclass(frozen=True)
class Constraint:
    """What a framework is given."""

    name: str
    budget_s: float
    cores: int


@dataclass(frozen=True)
class Limits:
    """When a step is killed."""

    kill_factor: float
    kill_extra_s: float
    predict_s: float

    def fit_s(self, budget_s: float) -> float:
        """Seconds after which a fit is killed."""
        return budget_s * self.kill_factor + self.kill_extra_s


@dataclass(frozen=True)
class Framework:
    """Who is measured. ask: share of the budget that is asked for."""

    name: str
    folder: str
    service: bool = False
    options: dict[str, Any] = field(default_factory=dict)
    ask: float = 1.0


@dataclass(frozen=True)
class Cell:
    """One row to be measured."""

    framework: Framework
    table: TableSpec
    constraint: Constraint
    seed: int
    spot_check: bool = False

    @property
    def key(self) -> str:
        """Names it among results."""
        again = "/again" if self.spot_check else ""
        return f"{self.framework.name}/{self.table.name}/{self.constraint.name}/{self.seed}{again}"


def tables(folder: Path = SUITES) -> dict[str, TableSpec]:
    """All tables by name."""
    read = _toml(folder / "tables.toml")
    return {name: _table(name, read["defaults"] | body) for name, body in read["table"].items()}


def frameworks(folder: Path = SUITES) -> dict[str, Framework]:
    """All frameworks by name."""
    read = _toml(folder / "frameworks.toml")
    return {name: Framework(name, **body) for name, body in read["framework"].items()}


def constraint(name: str, cores: int | None = None, folder: Path = SUITES) -> Constraint:
    """One by name; a number of seconds needs no entry."""
    known = _toml(folder / "constraints.toml")["constraint"]
    if name in known:
        return Constraint(name, float(known[name]["budget_s"]), cores or int(known[name]["cores"]))
    seconds = float(name.removesuffix("s"))
    return Constraint(f"{seconds:g}s", seconds, cores or 2)


def limits(folder: Path = SUITES) -> Limits:
    """When steps are killed."""
    return Limits(**_toml(folder / "constraints.toml")["limits"])


def suite(name: str, folder: Path = SUITES) -> tuple[list[str], list[str], list[int]]:
    """Tables, constraints and seeds of a suite."""
    read = _toml(folder / "suites.toml")
    body = read["suite"][name]
    return read["tables"][body["tables"]], body["constraints"], body["seeds"]


def half(name: str, folder: Path = SUITES) -> list[str]:
    """The tables of one half: choose or confirm."""
    names: list[str] = _toml(folder / "suites.toml")["halves"][name]
    return names


def framework_names(given: str, folder: Path = SUITES) -> list[str]:
    """A comma-separated list of frameworks and of lists of them, each once."""
    known = _toml(folder / "frameworks.toml")["lists"]
    return list(dict.fromkeys(name for part in given.split(",") for name in known.get(part, [part])))


def cells(
    wanted: Sequence[Framework],
    over: Sequence[TableSpec],
    constraints: Sequence[Constraint],
    seeds: Sequence[int],
) -> list[Cell]:
    """Frameworks innermost: what is compared is measured close together in time."""
    return [
        Cell(framework, table, each, seed)
        for each in constraints
        for seed in seeds
        for table in over
        for framework in wanted
    ]


def _table(name: str, body: dict[str, Any]) -> TableSpec:
    lists: dict[str, Any] = {key: tuple(value) if isinstance(value, list) else value for key, value in body.items()}
    return TableSpec(name=name, **lists)


def _toml(path: Path) -> dict[str, Any]:
    with path.open("rb") as file:
        return tomllib.load(file)
