"""What the tests of the bad-input table share; each of its rows has tests named by its number."""

from typing import Any

import pytest

from automl.core.errors import AutomlError, DatasetRejectedError


def rows(*lines: str, header: str = "a,b") -> str:
    return "\n".join([header, *lines]) + "\n"


def refused(
    read: Any, data: Any, code: str, kind: type[AutomlError] = DatasetRejectedError, **more: Any
) -> AutomlError:
    with pytest.raises(kind) as caught:
        read(data, **more)
    assert caught.value.code == code, caught.value.detail
    assert caught.value.hint
    return caught.value
