import base64

import pytest

from automl.backends.records.cassandra.cursor import read_cursor, write_cursor
from automl.core.errors import InvalidInputError


def test_there_and_back() -> None:
    assert read_cursor(None) is None
    for place in ((0.0, "a"), (-1.5, "job_x"), (1.8e9 + 1 / 3, "ü" * 20)):
        assert read_cursor(write_cursor(place)) == place


@pytest.mark.parametrize("text", ["[1.0, 2]", '[1, "a"]', "[1.0]", '[1.0, ""]', '[NaN, "a"]', '[1.0, "\\ud800"]', "{}"])
def test_forged(text: str) -> None:
    with pytest.raises(InvalidInputError):
        read_cursor(base64.urlsafe_b64encode(text.encode()).decode())
