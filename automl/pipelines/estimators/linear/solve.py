"""Weights of linear models by L-BFGS (logistic, softmax, ridge) or coordinate descent, ended by the deadline.

Objectives are scikit-learn's: C * sum of log losses + ½‖W‖²; ‖y - Xw‖² + alpha‖w‖²; ElasticNet's own.
"""

from __future__ import annotations

import warnings
from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize
from sklearn.exceptions import ConvergenceWarning
from sklearn.linear_model import ElasticNet

from automl.core.trials import Task
from automl.pipelines.estimators.base import FitData, Floats
from automl.pipelines.estimators.probabilities import softmax

_MAX_ITERATIONS = 200
_SWEEPS = 20
Loss = Callable[[NDArray[np.float32]], tuple[float, NDArray[np.float32]]]


def by_lbfgs(data: FitData, y: Floats, penalty: float, start: Floats) -> tuple[Floats, bool]:
    """Weights (n_columns + 1, n_outputs), the last row the intercepts, and whether the deadline cut the search.

    X may be sparse. y: standardised targets, or class codes. penalty: factor of ½‖W‖² against the mean loss; intercepts
    go free.
    """
    X, n_rows, n_outputs = data.X, data.X.shape[0], start.shape[1]
    weights = None if data.weights is None else (data.weights / data.weights.mean())
    loss = _loss(data.task, y, n_outputs, weights)
    cut = False

    def objective(flat: Floats) -> tuple[float, Floats]:
        W = flat.reshape(-1, n_outputs)
        value, residual = loss(X @ W[:-1].astype(np.float32) + W[-1].astype(np.float32))
        gradient = np.empty_like(W)
        gradient[:-1] = (X.T @ residual) / n_rows + penalty * W[:-1]
        gradient[-1] = residual.sum(axis=0, dtype=np.float64) / n_rows
        return value / n_rows + 0.5 * penalty * float((W[:-1] ** 2).sum()), gradient.ravel()

    def stop_at_deadline(_: Floats) -> None:
        nonlocal cut
        if data.deadline.passed:
            cut = True
            raise StopIteration

    found = minimize(
        objective,
        start.ravel(),
        method="L-BFGS-B",
        jac=True,
        callback=stop_at_deadline,
        options={"maxiter": _MAX_ITERATIONS, "gtol": 1e-4, "ftol": 1e-7},
    )
    return found.x.reshape(-1, n_outputs), cut


def by_coordinates(data: FitData, y: Floats, alpha: float, l1_ratio: float) -> tuple[Floats, bool]:
    """Elastic net weights as `by_lbfgs` gives them, some sweeps at a time."""
    net = ElasticNet(alpha=alpha, l1_ratio=l1_ratio, max_iter=_SWEEPS, tol=1e-3, warm_start=True, selection="cyclic")
    cut = False
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ConvergenceWarning)
        for _ in range(_MAX_ITERATIONS // _SWEEPS):
            net.fit(data.X, y, data.weights)
            if net.n_iter_ < _SWEEPS:
                break
            if data.deadline.passed:
                cut = True
                break
    return np.append(np.asarray(net.coef_, dtype=np.float64), float(net.intercept_))[:, None], cut


def _loss(task: Task, y: Floats, n_outputs: int, weights: Floats | None) -> Loss:
    # Each returns the summed loss and its derivative by the (n_rows, n_outputs) outputs.
    w = np.ones((1, 1), dtype=np.float32) if weights is None else weights.astype(np.float32)[:, None]
    if task is Task.REGRESSION:
        target = y.astype(np.float32)[:, None]

        def squared(outputs: NDArray[np.float32]) -> tuple[float, NDArray[np.float32]]:
            residual = outputs - target
            slope = w * residual
            return 0.5 * float(np.einsum("ij,ij->", slope, residual, dtype=np.float64)), slope

        return squared
    if task is Task.BINARY:
        sign = np.where(y > 0, 1.0, -1.0).astype(np.float32)[:, None]

        def logistic(outputs: NDArray[np.float32]) -> tuple[float, NDArray[np.float32]]:
            margin = sign * outputs
            value = float((w * np.logaddexp(0.0, -margin)).sum(dtype=np.float64))
            slope: NDArray[Any] = -w * sign / (1.0 + np.exp(np.clip(margin, -80.0, 80.0)))
            return value, slope

        return logistic
    codes = y.astype(np.intp)
    rows = np.arange(len(codes))

    def multinomial(outputs: NDArray[np.float32]) -> tuple[float, NDArray[np.float32]]:
        probabilities = softmax(outputs)
        value = -float((w[:, 0] * np.log(np.maximum(probabilities[rows, codes], 1e-300))).sum())
        probabilities[rows, codes] -= 1.0
        return value, (w * probabilities).astype(np.float32)

    return multinomial
