"""Paging and other parts that several resources share."""

from __future__ import annotations

from typing import Annotated

from fastapi import Query

Cursor = Annotated[str | None, Query(max_length=500, description="From the page before.")]
Search = Annotated[str | None, Query(max_length=200, description="A part of the name or id, in any case.")]
Limit = Annotated[int, Query(ge=1, le=200, description="Items a page.")]
