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


def left(document: Document, alias: str) -> Document:
    """The document without this alias. NotFoundError: no such alias. ConflictError: a model keeps its champion."""
    if alias not in document["aliases"]:
        raise NotFoundError("There is no such alias of this model.")
    if alias == CHAMPION:
        raise ConflictError("A model keeps its champion.", code="alias_kept", hint="Let it mean another version.")
    aliases, history = dict(document["aliases"]), dict(document["history"])
    aliases.pop(alias)
    history.pop(alias, None)
    return {**document, "aliases": aliases, "history": history}


def without_version(document: Document, version: str) -> Document:
    """The document without this version. NotFoundError: there is none. ConflictError `version_in_use`: an alias means
    it."""
    if version not in document["confirmed"]:
        raise NotFoundError("There is no such version of this model.")
    meaning = sorted(alias for alias, each in document["aliases"].items() if each == version)
    if meaning:
        raise ConflictError(
            f"Version {version} is {', '.join(meaning)}.",
            code="version_in_use",
            hint="Let the alias mean another version first.",
        )
    document = {
        **document,
        "confirmed": [each for each in document["confirmed"] if each != version],
        "removed": [*document.get("removed", ()), version],
        "leaving": [*document.get("leaving", ()), version],
    }
    return forgotten(document, version)


def forgotten(document: Document, version: str) -> Document:
    """The document whose aliases never meant this version, so that none is rolled back to it."""
    history = {}
    for alias, past in document["history"].items():
        kept: list[str] = []
        for each in past:
            # What lay on both sides of it is one place now.
            if each != version and (not kept or kept[-1] != each):
                kept.append(each)
        if kept and kept[-1] == document["aliases"].get(alias):
            kept.pop()
        history[alias] = kept
    return {**document, "history": history}


def moved_back(document: Document, alias: str, version: str | None = None) -> Document:
    """The document with the alias where it was before. version: that it means now; when it means another one already,
    nothing changes. NotFoundError: no such alias. ConflictError: it never moved."""
    if alias not in document["aliases"]:
        raise NotFoundError("There is no such alias of this model.")
    if version not in (None, document["aliases"][alias]):
        return document
    past = document["history"].get(alias, [])
    if not past:
        raise ConflictError(f"{alias} has meant only one version so far.", code="alias_never_moved")
    return {
        **document,
        "aliases": {**document["aliases"], alias: past[-1]},
        "history": {**document["history"], alias: past[:-1]},
    }
