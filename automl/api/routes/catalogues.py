"""What there is to choose from: example tables, estimator families, quality metrics."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter

from automl.api.dependencies import Service
from automl.core.scores import ALIASES, CATALOGUE
from automl.datasets.examples import examples

router = APIRouter(prefix="/v1", tags=["catalogues"])


@router.get("/examples", summary="Example tables")
def list_examples() -> dict[str, Any]:
    names = ("name", "title", "target", "task", "metric", "rows", "licence", "origin")
    return {"items": [{name: getattr(each, name) for name in names} for each in examples()]}


@router.get("/families", summary="Estimator families, hyperparameters as JSON Schema")
def families(services: Service) -> dict[str, Any]:
    return {"items": services.system.families()}


@router.get("/scores", summary="Quality metrics")
def scores() -> dict[str, Any]:
    items = [
        {
            "name": spec.name,
            "title": spec.title,
            "greater_is_better": spec.greater_is_better,
            "tasks": [str(task) for task in spec.tasks],
            "optimum": spec.optimum,
            "aliases": [alias for alias, name in ALIASES.items() if name == spec.name],
        }
        for spec in CATALOGUE.values()
    ]
    return {"items": items}
