"""Tables made by a seed, for sizes and shapes that no public table of the suites has."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pandas as pd

from benchmarks.quality.plan import TableSpec

_AT_ONCE = 500_000


def blocks(spec: TableSpec, seed: int = 0) -> Iterator[pd.DataFrame]:
    """The table in blocks of rows. One table whatever the split's seed, so that seeds differ in the split alone."""
    for begin in range(0, spec.rows, _AT_ONCE):
        rows = min(_AT_ONCE, spec.rows - begin)
        # The table's own constants come from one generator, the rows of a block from another.
        yield _SHAPES[spec.shape](spec, rows, np.random.default_rng([seed, 1]), np.random.default_rng([seed, 2, begin]))


def _classes(spec: TableSpec, rows: int, own: np.random.Generator, rng: np.random.Generator) -> pd.DataFrame:
    # Unequal classes, each with two centres; the last four columns are cut into categories.
    shares = 1 / np.arange(1, spec.classes + 1) ** 0.5
    centres = own.normal(0, 1.1, (spec.classes, 2, spec.columns))
    label = rng.choice(spec.classes, rows, p=shares / shares.sum())
    X = centres[label, rng.integers(0, 2, rows)] + rng.normal(0, 1, (rows, spec.columns))
    frame = _numbers(X)
    for name in frame.columns[-4:]:
        frame[name] = pd.cut(frame[name], [-np.inf, -2, -1, 0, 1, 2, np.inf], labels=list("abcdef")).astype(str)
    frame[spec.target] = np.char.add("class_", label.astype(str))
    return frame


def _levels(spec: TableSpec, rows: int, own: np.random.Generator, rng: np.random.Generator) -> pd.DataFrame:
    # One column of very many levels, popular and rare ones, each with an effect; its group too; then numbers.
    effect, group = own.normal(0, 1, spec.levels), own.integers(0, 40, spec.levels)
    of_group = own.normal(0, 1, 40)
    popular = 1 / np.arange(1, spec.levels + 1) ** 0.3
    level = np.concatenate([np.arange(spec.levels), rng.choice(spec.levels, rows, p=popular / popular.sum())])[:rows]
    rng.shuffle(level)
    X = rng.normal(0, 1, (rows, spec.columns - 2))
    frame = _numbers(X)
    frame.insert(0, "code", np.char.add("k", level.astype(str)))
    frame.insert(1, "group", np.char.add("g", group[level].astype(str)))
    signal = effect[level] + of_group[group[level]] + X[:, 0] * X[:, 1] + np.abs(X[:, 2])
    frame[spec.target] = np.round(signal + rng.normal(0, 0.7, rows), 4)
    return frame


def _long(spec: TableSpec, rows: int, own: np.random.Generator, rng: np.random.Generator) -> pd.DataFrame:
    # Numbers with crosses and steps, three categories, 3 % missing in one column.
    weight, of_level = own.normal(0, 0.5, spec.columns), own.normal(0, 0.6, (3, 200))
    X = rng.normal(0, 1, (rows, spec.columns - 3))
    level = np.stack([rng.integers(0, size, rows) for size in (4, 30, 200)])
    signal = X @ weight[: X.shape[1]] + X[:, 0] * X[:, 1] - (X[:, 2] > 0.5) * X[:, 3] - 1.5
    signal += sum(of_level[number, level[number]] for number in range(3))
    frame = _numbers(X)
    for number, name in enumerate(("few", "some", "many")):
        frame[name] = np.char.add(name[0], level[number].astype(str))
    frame.loc[rng.random(rows) < 0.03, "x0"] = np.nan
    frame[spec.target] = np.where(rng.random(rows) < 1 / (1 + np.exp(-signal)), "yes", "no")
    return frame


def _areas(spec: TableSpec, rows: int, own: np.random.Generator, rng: np.random.Generator) -> pd.DataFrame:
    # Unequal classes in areas that few numbers bound, one level of a flag in each; like maps of what grows where.
    flags, n_numbers = 4 * spec.columns // 5, spec.columns - 4 * spec.columns // 5
    X, level = rng.normal(0, 1, (rows, n_numbers)), rng.integers(0, flags, rows)
    scores = own.normal(0, 0.5, (n_numbers, spec.classes)) + own.normal(0, 0.7, spec.classes)
    worth = X @ scores - 0.6 * np.arange(spec.classes) + own.normal(0, 0.6, (flags, spec.classes))[level]
    for _ in range(30):
        one, other = own.choice(n_numbers, 2, replace=False)
        inside = (X[:, one] > own.normal(0, 0.7)) & (X[:, other] > own.normal(0, 0.7))
        worth += np.outer(inside, own.normal(0, 2.0, spec.classes))
    label = np.argmax(worth + rng.gumbel(0, 0.3, worth.shape), axis=1)
    frame = _numbers(X)
    for flag in range(flags):
        frame[f"is_{flag}"] = (level == flag).astype(np.int8)
    frame[spec.target] = np.char.add("kind_", label.astype(str))
    return frame


def _numbers(X: np.ndarray) -> pd.DataFrame:
    return pd.DataFrame({f"x{number}": np.round(X[:, number], 4) for number in range(X.shape[1])})


_SHAPES = {"areas": _areas, "classes": _classes, "levels": _levels, "long": _long}
