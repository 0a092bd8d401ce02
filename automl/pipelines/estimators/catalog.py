"""Every estimator family, found by walking the folders beside this file."""

from __future__ import annotations

import importlib
import importlib.util
import pkgutil
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from types import MappingProxyType
from typing import Any, cast

from pydantic import BaseModel, ValidationError

from automl.core.errors import ErrorItem, InvalidInputError
from automl.core.trials import Params
from automl.pipelines.estimators.base import FamilyInfo, resolve

_PACKAGE = "automl.pipelines.estimators"


@cache
def _found() -> tuple[Mapping[str, FamilyInfo], Mapping[str, str]]:
    families: dict[str, FamilyInfo] = {}
    absent: dict[str, str] = {}
    for module in pkgutil.iter_modules([str(Path(__file__).parent)]):
        if not module.ispkg:
            continue
        info: FamilyInfo = importlib.import_module(f"{_PACKAGE}.{module.name}.info").INFO
        if importlib.util.find_spec(info.requires) is None:
            absent[info.name] = f"The package {info.requires} is not installed."
        else:
            families[info.name] = info
    return MappingProxyType(dict(sorted(families.items()))), MappingProxyType(absent)


def families() -> Mapping[str, FamilyInfo]:
    """Name → family, those that can be used here, in alphabetical order."""
    return _found()[0]


def absent() -> Mapping[str, str]:
    """Name → reason, families whose package is not installed."""
    return _found()[1]


def family(name: str) -> FamilyInfo:
    """The family of this name. InvalidInputError `family_unknown`: there is none, or its package is missing."""
    found = families().get(name)
    if found is None:
        raise InvalidInputError(
            absent().get(name, f"There is no estimator family {name[:64]!r}."),
            code="family_unknown",
            hint=f"Choose from: {', '.join(families())}.",
            errors=[ErrorItem("unknown family", field="families", sample=name[:64])],
        )
    return found


def space(name: str) -> type[BaseModel]:
    """The model of a family's hyperparameters: names, ranges, defaults. InvalidInputError as `family`."""
    return cast(type[BaseModel], resolve(family(name).space))


def validated(name: str, params: Params) -> dict[str, Any]:
    """All hyperparameters, defaults filled in; what the family decides by the data itself is left out.

    Raises InvalidInputError: `family_unknown`, or `hyperparameters_invalid` with one item per wrong field.
    """
    try:
        return space(name).model_validate(dict(params), strict=False).model_dump(exclude_none=True)
    except ValidationError as error:
        items = [
            ErrorItem(item["msg"], field=".".join(str(part) for part in item["loc"]), sample=str(item["input"])[:64])
            for item in error.errors(include_url=False)
        ]
        names = ", ".join(item.field or "?" for item in items)
        raise InvalidInputError(
            f"These hyperparameters of {name} cannot be used: {names}.",
            code="hyperparameters_invalid",
            hint=f"{name} takes: {', '.join(space(name).model_fields)}. Ranges stand in GET /v1/families.",
            errors=items,
        ) from None


def json_schema(name: str) -> dict[str, Any]:
    """A family's hyperparameters as JSON Schema. InvalidInputError as `family`."""
    return space(name).model_json_schema()
