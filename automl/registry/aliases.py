"""Movable names of a model's versions, and the model's own name: what they may be, and how they move."""

from __future__ import annotations

import re
from typing import Any

from automl.core.errors import ConflictError, ErrorItem, InvalidInputError, NotFoundError

CHAMPION = "champion"

_ALIAS = re.compile(r"^[a-z][a-z0-9_-]{0,39}$")
_HISTORY = 50

Document = dict[str, Any]


def check_alias(alias: str) -> None:
    """InvalidInputError `alias_invalid`: not a name, or one that could be a version."""
    if not _ALIAS.match(alias):
        raise InvalidInputError(
            f"{alias[:40]!r} cannot be an alias.",
            code="alias_invalid",
            hint="Use a-z, 0-9, - and _, beginning with a letter, 40 characters at most.",
            errors=[ErrorItem("not an alias", field="alias", sample=alias[:64])],
        )


def checked_name(name: str) -> str:
    """The name without spaces around it. InvalidInputError: empty, longer than 200, unprintable, or with `@`."""
    name = name.strip()
    if not 1 <= len(name) <= 200 or "@" in name or not name.isprintable():
        raise InvalidInputError(
            "A model's name has 1 to 200 printable characters and no '@'.",
            errors=[ErrorItem("not a name", field="name", sample=name[:64])],
        )
    return name


def moved(document: Document, alias: str, version: str) -> Document:
    """The model's document with the alias on this version. NotFoundError: there is no such version."""
    if version not in document["confirmed"]:
        raise NotFoundError("There is no such version of this model.")
    before = document["aliases"].get(alias)
    if before == version:
        return document
    history = dict(document["history"])
    if before is not None:
        history[alias] = [*history.get(alias, []), before][-_HISTORY:]
    return {**document, "aliases": {**document["aliases"], alias: version}, "history": history}


def moved_back(document: Document, alias: str) -> Document:
    """The document with the alias where it was before. NotFoundError: no such alias. ConflictError: it never moved."""
    if alias not in document["aliases"]:
        raise NotFoundError("There is no such alias of this model.")
    past = document["history"].get(alias, [])
    if not past:
        raise ConflictError(f"{alias} has meant only one version so far.", code="alias_never_moved")
    return {
        **document,
        "aliases": {**document["aliases"], alias: past[-1]},
        "history": {**document["history"], alias: past[:-1]},
    }
