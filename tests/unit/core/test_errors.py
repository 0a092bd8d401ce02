import pickle

import pytest

from automl.core import errors
from automl.core.errors import AutomlError, ErrorItem, InvalidInputError, UnavailableError


def all_errors() -> list[type[AutomlError]]:
    found = [AutomlError]
    for kind in found:
        found += kind.__subclasses__()
    # What an adapter raises for itself alone stands in no tree.
    return [kind for kind in found if kind.__module__ == errors.__name__]


@pytest.mark.parametrize("kind", all_errors(), ids=lambda kind: kind.__name__)
def test_each_error_has_a_code_of_its_own_and_stands_in_the_tree(kind: type[AutomlError]) -> None:
    codes = [each.default_code for each in all_errors()]
    assert codes.count(kind.default_code) == 1
    assert kind.__doc__
    assert kind.__name__ in (errors.__doc__ or "")


def test_json_names_the_place() -> None:
    error = InvalidInputError("bad", code="c", hint="h", errors=[ErrorItem("m", column="a", row=3)])
    expected = {"code": "c", "detail": "bad", "hint": "h", "errors": [{"message": "m", "column": "a", "row": 3}]}
    assert error.to_json() == expected


def test_errors_cross_process_borders_whole() -> None:
    error = UnavailableError("later", retry_after_s=7.0, hint="wait")
    copy = pickle.loads(pickle.dumps(error))
    assert (type(copy), copy.detail, copy.retry_after_s, copy.hint, copy.code) == (
        UnavailableError,
        "later",
        7.0,
        "wait",
        "unavailable",
    )
