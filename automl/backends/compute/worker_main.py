"""A worker process of the plain loop: units in and results out by pipe, one JSON line each."""

from __future__ import annotations

import json
import os
import sys

from automl.backends.compute.base import EntryPoint
from automl.backends.compute.folds import SafeFolds
from automl.backends.compute.lifelines import die_with_parent
from automl.core.trials import Unit


def main() -> None:
    """First line: parent pid, setup and its arguments; then one unit a line until the pipe closes."""
    # Whatever a learner prints must not reach the pipe of results.
    results = os.fdopen(os.dup(1), "w", encoding="utf-8")
    os.dup2(2, 1)
    line = sys.stdin.readline()
    if not line:
        return  # the parent ended before it could say what to do
    first = json.loads(line)
    die_with_parent(first["parent"])
    folds = SafeFolds(EntryPoint(first["setup"]), first["args"])
    folds.prepare()
    for line in sys.stdin:
        result = folds(Unit.from_json(json.loads(line)))
        results.write(json.dumps(result.to_json()) + "\n")
        results.flush()


if __name__ == "__main__":
    main()
