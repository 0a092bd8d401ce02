"""Whether probabilities mean what they say."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from automl.core.performance_views import Calibration, CalibrationBin

_BINS = 15


def calibration(
    predicted: NDArray[np.float64], true: NDArray[np.bool_], brier: float, bins: int = _BINS
) -> Calibration:
    """Bins hold about equally many rows, so that rare events show as well. predicted: (n_rows,) probabilities; true:
    (n_rows,) whether it came so; brier: given, because it looks at all classes."""
    edges = np.percentile(predicted, np.linspace(0.0, 100.0, bins + 1))
    place = np.searchsorted(edges[1:-1], predicted)
    rows = np.bincount(place, minlength=bins)
    total = np.bincount(place, weights=predicted, minlength=bins)
    hits = np.bincount(place, weights=true.astype(np.float64), minlength=bins)
    found = [
        CalibrationBin(
            low=float(edges[each]),
            high=float(edges[each + 1]),
            rows=int(rows[each]),
            predicted=float(total[each] / rows[each]),
            observed=float(hits[each] / rows[each]),
        )
        for each in np.flatnonzero(rows)
    ]
    ece = float(np.abs(total - hits).sum() / len(predicted))
    return Calibration(bins=found, brier=brier, ece=ece)
