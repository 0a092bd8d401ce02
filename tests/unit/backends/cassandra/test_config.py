import pytest

from automl.backends.cassandra.config import MAX_CHUNK_BYTES, CassandraConfig, address
from automl.core.errors import InvalidInputError


@pytest.mark.parametrize(
    ("host", "expected"),
    [("a.b:19042", ("a.b", 19042)), ("a.b", ("a.b", 9042)), ("127.0.0.1:1", ("127.0.0.1", 1)), ("[::1]:9", ("::1", 9))],
)
def test_addresses(host: str, expected: tuple[str, int]) -> None:
    assert address(host) == expected


@pytest.mark.parametrize(
    "values",
    [
        {"hosts": ()},
        {"hosts": ("a:b",)},
        {"hosts": (":9042",)},
        {"keyspace": ""},
        {"keyspace": "A"},
        {"keyspace": "1a"},
        {"keyspace": "a-b"},
        {"keyspace": "a" * 41},
        {"keyspace": "a; DROP"},
        {"chunk_bytes": 0},
        {"chunk_bytes": MAX_CHUNK_BYTES + 1},
        {"replication_factor": 0},
        {"chunk_replication_factor": 0},
        {"request_timeout_s": 0.0},
    ],
)
def test_values_that_cannot_be_used_are_refused(values: dict[str, object]) -> None:
    with pytest.raises(InvalidInputError):
        CassandraConfig(**values)  # type: ignore[arg-type]


def test_the_password_is_not_shown() -> None:
    assert "secret" not in repr(CassandraConfig(username="me", password="secret"))
