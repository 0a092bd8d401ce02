"""How a regression model does: predicted against actual, residuals, where it errs and by how much."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from automl.core.performance_views import ErrorBin, Histogram, Quantile, RegressionData

Floats = NDArray[np.float64]
MOST_POINTS = 1000
_BINS = 30
_GROUPS = 10
_TAIL = 0.005
_SHARES = (0.1, 0.25, 0.5, 0.75, 0.9, 0.95, 0.99)


def regression_data(y: NDArray[Any], prediction: Floats, seed: int = 0) -> RegressionData:
    """y, prediction: (n_rows,)."""
    y = y.astype(np.float64)
    residual = y - prediction
    shown = np.arange(len(y))
    if len(y) > MOST_POINTS:
        shown = np.sort(np.random.default_rng(seed).choice(len(y), MOST_POINTS, replace=False))
    errors = np.quantile(np.abs(residual), _SHARES)
    return RegressionData(
        rows=len(y),
        actual=y[shown].tolist(),
        predicted=prediction[shown].tolist(),
        residuals=histogram(residual),
        residual_mean=float(residual.mean()),
        residual_std=float(residual.std()),
        by_prediction=error_bins(residual, prediction),
        absolute_error=[Quantile(share=share, value=float(each)) for share, each in zip(_SHARES, errors, strict=True)],
    )


def histogram(values: Floats, bins: int = _BINS) -> Histogram:
    """Of all but the outermost values, which are counted apart."""
    low, high = np.quantile(values, (_TAIL, 1.0 - _TAIL))
    if _is_point(low, high):
        low, high, bins = values.min(), values.max(), 1
    counts, edges = np.histogram(values, bins=bins, range=(float(low), float(high)))
    return Histogram(
        edges=edges.tolist(),
        counts=counts.tolist(),
        below=int((values < edges[0]).sum()),
        above=int((values > edges[-1]).sum()),
    )


def _is_point(low: float, high: float) -> bool:
    # Nearer than this, edges between the two would be the same number.
    return bool(high - low <= 1e-9 * max(abs(low), abs(high)))


def error_bins(residual: Floats, prediction: Floats, groups: int = _GROUPS) -> list[ErrorBin]:
    """Groups of about equally many rows by rising prediction."""
    order = np.argsort(prediction, kind="stable")
    found = []
    for part in np.array_split(order, min(groups, len(order))):
        own = residual[part]
        found.append(
            ErrorBin(
                low=float(prediction[part[0]]),
                high=float(prediction[part[-1]]),
                rows=len(part),
                bias=float(own.mean()),
                mae=float(np.abs(own).mean()),
                rmse=float(np.sqrt((own**2).mean())),
            )
        )
    return found
