"""How a known table is made harder: rarer labels, values taken away. All seeded."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd


def changed(frame: pd.DataFrame, target: str, change: dict[str, Any], seed: int) -> pd.DataFrame:
    """The table with one change, of kind `rare` or `missing`."""
    rng = np.random.default_rng([seed, 71])
    if change["kind"] == "rare":
        return rarer(frame, target, change["label"], change["share"], rng)
    if change["kind"] == "missing":
        return with_missing(frame, target, change["low"], change["high"], rng)
    raise ValueError(f"unknown change {change['kind']!r}")


def rarer(frame: pd.DataFrame, target: str, label: str, share: float, rng: np.random.Generator) -> pd.DataFrame:
    """Keep all rows of other labels and so many of this one that it has the share."""
    is_label = (frame[target] == label).to_numpy()
    wanted = round(share / (1 - share) * int((~is_label).sum()))
    kept = rng.choice(np.flatnonzero(is_label), size=wanted, replace=False)
    return frame.iloc[np.sort(np.concatenate([np.flatnonzero(~is_label), kept]))].reset_index(drop=True)


def with_missing(frame: pd.DataFrame, target: str, low: float, high: float, rng: np.random.Generator) -> pd.DataFrame:
    """Take values away at random: the shares of the columns run from low to high, in an order drawn at random."""
    made = frame.copy()
    names = [name for name in frame.columns if name != target]
    for name, share in zip(rng.permutation(names), np.linspace(low, high, len(names)), strict=True):
        made[name] = made[name].mask(rng.random(len(made)) < share)
    return made
