"""Configuration files are filled completely."""

import pytest

from cluster.launcher import templates


def test_every_place_is_replaced() -> None:
    values = {
        "CLUSTER": "name",
        "HOST": "127.0.0.2",
        "STORAGE_PORT": 1,
        "CQL_PORT": 2,
        "SEEDS": "127.0.0.1:1",
        "TOKEN": -3,
    }
    text = templates.fill("cassandra/cassandra.yaml", values)
    assert "@" not in text
    assert "listen_address: 127.0.0.2\n" in text
    assert "commitlog_sync: batch\n" in text


def test_a_missing_value_is_told() -> None:
    with pytest.raises(KeyError):
        templates.fill("cassandra/cassandra.yaml", {"CLUSTER": "name"})


def test_a_value_without_a_place_is_told() -> None:
    with pytest.raises(ValueError, match="no place for NONSENSE"):
        templates.fill("kafka/log4j2.xml", {"NONSENSE": 1})
