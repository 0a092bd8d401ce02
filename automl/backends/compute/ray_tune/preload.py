"""Imported by every idle worker process, so that a fold or a driver finds its libraries in memory.

The last act announces the process as ready; the warm pool counts announced processes only.
"""

from __future__ import annotations

import importlib
import importlib.util
import logging
import pkgutil

from automl.backends.compute.ray_tune.internals import announce_warm

# By name, because compute stands below what is loaded; what is missing is skipped, such as an optional family.
MODULES = (
    "ray.tune",
    "numpy",
    "pandas",
    "pyarrow.parquet",
    "scipy.sparse",
    "sklearn.ensemble",
    "sklearn.linear_model",
    "sklearn.neighbors",
    "sklearn.neural_network",
    "sklearn.preprocessing",
    "lightgbm",
    "catboost",
    "automl.backends.compute.ray_tune.runner",
    "automl.training.runner",
    "automl.bootstrap.driver",
)


FAMILIES = "automl.pipelines.estimators"


def names() -> list[str]:
    """What to import: the modules above, and what each estimator family fits with."""
    found = list(MODULES)
    folder = importlib.util.find_spec(FAMILIES)
    for place in (folder.submodule_search_locations or ()) if folder else ():
        found += [f"{FAMILIES}.{each.name}.model" for each in pkgutil.iter_modules([place]) if each.ispkg]
    return found


def load() -> list[str]:
    """Import the whole stack; returns the names of what could not be imported."""
    missing = []
    for name in names():
        try:
            importlib.import_module(name)
        except ImportError as error:
            logging.getLogger(__name__).info("not preloaded: %s (%s)", name, error)
            missing.append(name)
    return missing


load()
announce_warm()
