"""Which servers profile `cluster` uses."""

import json
from pathlib import Path

import pytest

from automl.bootstrap.endpoints import state_file, with_endpoints
from automl.core.errors import InvalidInputError
from automl.settings import CassandraSettings, KafkaSettings, RedisSettings, Settings, StoreSettings


def settings(home: Path, **more: object) -> Settings:
    return Settings(home=home, store=StoreSettings(profile="cluster"), **more)


def started(home: Path) -> None:
    state_file(home).parent.mkdir(parents=True)
    body = {"cassandra": ["127.0.0.1:9042"], "kafka": ["127.0.0.1:9092"], "redis": "127.0.0.1:6379"}
    state_file(home).write_text(json.dumps(body | {"replication_factor": 1}))


def test_embedded_needs_none(tmp_path: Path) -> None:
    plain = Settings(home=tmp_path)
    assert with_endpoints(plain) is plain


def test_what_the_launcher_started_is_found(tmp_path: Path) -> None:
    started(tmp_path)
    found = with_endpoints(settings(tmp_path))
    assert found.cassandra.hosts == ("127.0.0.1:9042",)
    assert found.kafka.servers == ("127.0.0.1:9092",)
    assert found.redis.server == "127.0.0.1:6379"
    assert (found.cassandra.replication, found.cassandra.chunk_replication, found.kafka.replication) == (1, 1, 1)


def test_settings_win(tmp_path: Path) -> None:
    started(tmp_path)
    named = settings(tmp_path, cassandra=CassandraSettings(hosts=("db:1",), replication=3, chunk_replication=2))
    found = with_endpoints(named)
    assert (found.cassandra.hosts, found.cassandra.replication, found.cassandra.chunk_replication) == (("db:1",), 3, 2)
    assert found.kafka.servers == ("127.0.0.1:9092",)


def test_named_servers_need_no_launcher_and_keep_three_copies(tmp_path: Path) -> None:
    found = with_endpoints(
        settings(
            tmp_path,
            cassandra=CassandraSettings(hosts=("db:1",)),
            kafka=KafkaSettings(servers=("bus:2",)),
            redis=RedisSettings(server="cache:3"),
        )
    )
    assert (found.cassandra.replication, found.cassandra.chunk_replication, found.kafka.replication) == (3, 3, 3)


def test_without_servers_the_way_out_is_named(tmp_path: Path) -> None:
    with pytest.raises(InvalidInputError) as caught:
        with_endpoints(settings(tmp_path))
    assert caught.value.code == "no_servers"
    assert "automl cluster up" in str(caught.value.hint)
