"""How much of the log loss the choice of an ensemble should look at where the metric sorts or counts (AUC, accuracy).

    python -m benchmarks.quality.choosing [--tables titanic,telco_churn] [--splits 3] [--metrics roc_auc]

For each table and split, the portfolio and random draws are fitted on five folds, without a clock, and the engine's
own choice is made from the same members with other shares of the loss in its goal (`automl.search.ensemble`), and by
the loss alone. A row says what each gains over the share `BASE`, on the held-out rows: in percent of (1 - metric)
(`<share>_pct`) and in percent of the log loss (`<share>_loss_pct`). Predictions of the members are kept under --work,
so that another way to choose is measured within seconds. Rows go to choosing.jsonl of today's results.
"""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from itertools import islice
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from automl.core.trials import Task
from automl.pipelines.estimators.catalog import family
from automl.pipelines.scoring import loss, score
from automl.search.blending import is_capped
from automl.search.ensemble import OofMember, select
from benchmarks.quality import candidates
from benchmarks.quality.plan import TableSpec, tables
from benchmarks.quality.prepared import prepared
from benchmarks.results import append, show

TABLES = "titanic,telco_churn,breast_cancer,adult_1_100,telco_missing,mammography,adult,titanic_100"
FOLDS = 5
# What the others are compared with.
BASE = 0.01
SHARES: dict[str, float | None] = {"base": BASE, "s.03": 0.03, "s.1": 0.1, "s.3": 0.3, "s1": 1.0, "loss": None}
OTHERS = [name for name in SHARES if name != "base"]
COLUMNS = ["table", "split", "metric", "members", "base", *(f"{name}_pct" for name in OTHERS)]


class Members:
    """Of one table and split: oof (M, n[, C]), held_out (M, m[, C]), whether each is a net, y (n,) and y_test (m,)."""

    def __init__(self, found: dict[str, NDArray[Any]]) -> None:
        self.oof, self.held_out = found["oof"], found["held_out"]
        self.families: list[str] = found["families"].tolist()
        self.y, self.y_test = found["y"], found["y_test"]

    def told(self, metric: str, task: Task, share: float | None) -> NDArray[Any]:
        """(m[, C]) what the ensemble says about the held-out rows if the loss has this share; None: the loss alone."""
        n_classes = self.oof.shape[2] if task is not Task.REGRESSION else 0
        offered = [
            OofMember(number, kind, self.oof[number], is_capped=is_capped(family(kind).is_neural, n_classes))
            for number, kind in enumerate(self.families)
        ]
        if share is None:
            chosen = select(offered, self.y, task, "log_loss", score)
        else:
            chosen = select(offered, self.y, task, metric, score, loss_share=share)
        return np.asarray(sum(weight * self.held_out[number] for number, weight in chosen.weights.items()))


def main() -> None:
    """Every table and split asked for."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--tables", default=TABLES)
    parser.add_argument("--splits", type=int, default=2)
    parser.add_argument("--draws", type=int, default=16, help="random configurations beside the portfolio")
    parser.add_argument("--rows", type=int, default=5000, help="training rows at most")
    parser.add_argument("--metrics", default="roc_auc,accuracy")
    parser.add_argument("--work", type=Path, default=Path.home() / ".cache" / "automl" / "quality")
    asked = parser.parse_args()
    known, rows = tables(), []
    for split in range(asked.splits):
        for name in asked.tables.split(","):
            members = members_of(known[name], split, asked.draws, asked.rows, asked.work)
            for metric in asked.metrics.split(","):
                rows.append(compared(members, Task(known[name].task), metric))
                rows[-1] |= {"table": name, "split": split, "rows": len(members.y)}
                append("choosing", rows[-1])
                show(COLUMNS, rows[-1:])
    for metric in asked.metrics.split(","):
        summed([row for row in rows if row["metric"] == metric])


def members_of(spec: TableSpec, split: int, draws: int, most_rows: int, work: Path) -> Members:
    """Fitted, or as they were kept."""
    kept = work / "choosing" / f"{spec.name}-{split}-{draws}-{most_rows}.npz"
    if not kept.exists():
        table = prepared(spec, work, most_rows, split, FOLDS)
        drawn = islice(candidates.draws(table.shape, split), draws)
        found = [table.member(each) for each in [*candidates.first(table.shape), *drawn]]
        kept.parent.mkdir(parents=True, exist_ok=True)
        np.savez(
            kept,
            oof=np.stack([each.oof for each in found]),
            held_out=np.stack([each.held_out for each in found]),
            families=np.array([each.configuration.family for each in found]),
            y=table.y,
            y_test=table.y_test,
        )
    with np.load(kept) as stored:
        return Members(dict(stored))


def compared(members: Members, task: Task, metric: str) -> dict[str, Any]:
    """What each share is worth on the held-out rows."""
    row: dict[str, Any] = {"metric": metric, "members": len(members.families)}
    for name, share in SHARES.items():
        told = members.told(metric, task, share)
        row[name] = score(metric, members.y_test, told, task)
        row[f"{name}_loss"] = loss(members.y_test, told, task)
    for name in OTHERS:
        row[f"{name}_pct"] = _gain(1 - row["base"], 1 - row[name])
        row[f"{name}_loss_pct"] = _gain(row["base_loss"], row[f"{name}_loss"])
    return row


def summed(rows: Sequence[dict[str, Any]]) -> None:
    """Means over the splits with their standard errors, and how often a share was better or worse."""
    for name in OTHERS:
        for kind in ("pct", "loss_pct"):
            gains = np.array([row[f"{name}_{kind}"] for row in rows])
            error = gains.std(ddof=1) / np.sqrt(len(gains)) if len(gains) > 1 else np.nan
            print(
                f"{rows[0]['metric']} {name}_{kind}: mean {gains.mean():+.2f} +- {error:.2f}, better in "
                f"{(gains > 0).sum()}, worse in {(gains < 0).sum()} of {len(gains)}"
            )


def _gain(before: float, after: float) -> float:
    return 100 * (1 - after / before) if before > 0 else 0.0


if __name__ == "__main__":
    main()
