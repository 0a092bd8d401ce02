"""Typed settings, one frozen class per concern. Order: flag > `AUTOML_*` > automl.toml > user file > default.

`AUTOML_HOME` sets `home`; `AUTOML_SERVER_PORT` sets `server.port`; a file has `home = …` and `[server] port = …`.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError
from pydantic_settings import BaseSettings, EnvSettingsSource, PydanticBaseSettingsSource, SettingsConfigDict
from pydantic_settings.sources import TomlConfigSettingsSource

from automl.core.errors import ErrorItem, InvalidInputError

PROJECT_FILE = Path("automl.toml")
LOOPBACK = ("127.0.0.1", "localhost", "::1")


def user_file() -> Path:
    """The user's own settings file, by the XDG convention."""
    return Path(os.environ.get("XDG_CONFIG_HOME") or Path.home() / ".config") / "automl" / "automl.toml"


def default_home() -> Path:
    """Where all state lives when nothing else is said, by the XDG convention."""
    return Path(os.environ.get("XDG_DATA_HOME") or Path.home() / ".local" / "share") / "automl"


class _Section(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class ServerSettings(_Section):
    """The HTTP face. port 0: any free one. allow_remote: answer on other than loopback addresses (needs keys).

    Of one replica: max_streams: event streams; stream_bytes: what one is sent until its reader has to come back;
    max_running, max_waiting: requests; who would wait longer than max_wait_s is refused at once.
    """

    host: str = "127.0.0.1"
    port: int = Field(default=8400, ge=0, le=65535)
    allow_remote: bool = False
    allowed_hosts: tuple[str, ...] = ()
    max_streams: int = Field(default=2000, ge=1)
    stream_bytes: int = Field(default=1024 * 1024, ge=16 * 1024)
    max_running: int = Field(default=32, ge=4, le=200)
    max_waiting: int = Field(default=256, ge=0, le=10_000)
    max_wait_s: float = Field(default=1.0, gt=0, le=60)
    body_bytes: int = Field(default=8 * 1024 * 1024, ge=1024)


class RaySettings(_Section):
    """The Ray cluster under it. cpus: for folds, all cores when unset; address: join a running cluster instead."""

    address: str | None = None
    cpus: int | None = Field(default=None, ge=1)
    dashboard_port: int = Field(default=8265, ge=0, le=65535)
    warm_processes: int = Field(default=3, ge=0, le=64)
    object_store_bytes: int = Field(default=256 * 1024 * 1024, ge=80 * 1024 * 1024)


class ComputeSettings(_Section):
    """What carries drivers and folds: `ray_tune`, or the plain `processes` loop (one machine).

    lease_s: how long a silent driver keeps its job; controllers: copies of the controller in one cluster.
    """

    adapter: Literal["ray_tune", "processes"] = "ray_tune"
    lease_s: float = Field(default=8.0, gt=0.5)
    controllers: int = Field(default=1, ge=1, le=9)
    max_attempts: int = Field(default=20, ge=1)


class StoreSettings(_Section):
    """Where truth lives: in files of this machine (embedded), or in Cassandra, Kafka and Redis (cluster).

    blob_chunk_bytes: one hashed chunk of a blob; cache and node folder are byte caps.
    """

    profile: Literal["embedded", "cluster"] = "embedded"
    blob_chunk_bytes: int = Field(default=4 * 1024 * 1024, ge=64 * 1024, le=5_000_000)
    cache_bytes: int = Field(default=256 * 1024 * 1024, ge=0)
    node_bytes: int = Field(default=8 * 1024**3, ge=0)
    loaded_models_bytes: int = Field(default=1024**3, ge=0)


class CassandraSettings(_Section):
    """Profile `cluster`: records and blobs. hosts: `host:port`; empty: the servers of `automl cluster up`.

    replication: copies of each record; chunk_replication: of each chunk of a blob, where 2 are enough. Unset: as many
    as the servers of `automl cluster up` promise, otherwise 3. password_file: its first line is the password.
    """

    hosts: tuple[str, ...] = ()
    keyspace: str = Field(default="automl", pattern=r"^[a-z][a-z0-9_]{0,40}$")
    replication: int | None = Field(default=None, ge=1, le=9)
    chunk_replication: int | None = Field(default=None, ge=1, le=9)
    chunk_bytes: int = Field(default=1_000_000, ge=64 * 1024, le=5_000_000)
    timeout_s: float = Field(default=10.0, gt=0)
    username: str | None = None
    password_file: Path | None = None


class KafkaSettings(_Section):
    """Profile `cluster`: events. servers: `host:port`; empty: the servers of `automl cluster up`."""

    servers: tuple[str, ...] = ()
    prefix: str = Field(default="automl.", pattern=r"^[a-zA-Z0-9._-]{0,60}$")
    partitions: int = Field(default=6, ge=1, le=1000)
    replication: int | None = Field(default=None, ge=1, le=9)


class RedisSettings(_Section):
    """Profile `cluster`: cache. server: `host:port`; empty: the one of `automl cluster up`."""

    server: str = ""
    prefix: str = Field(default="automl:", max_length=60)


class UploadSettings(_Section):
    """Bounds of an upload, bytes. abandoned_s: an upload that was never completed is removed when nothing of it has
    arrived for so long."""

    part_bytes: int = Field(default=8 * 1024 * 1024, ge=1024, le=8 * 1024 * 1024)
    total_bytes: int = Field(default=20 * 1024**3, ge=1024)
    abandoned_s: float = Field(default=24 * 3600.0, ge=60.0)


class ReadSettings(_Section):
    """Bounds of the child that reads files. memory_bytes: its address space; cpu_s and wall_s: its time."""

    memory_bytes: int = Field(default=4 * 1024**3, ge=512 * 1024**2)
    cpu_s: int = Field(default=1800, ge=1)
    wall_s: int = Field(default=3600, ge=1)
    decoded_bytes: int = Field(default=20 * 1024**3, ge=1024)
    columns: int = Field(default=10_000, ge=1)


class LogSettings(_Section):
    """level: of the package's own log lines; json_lines: one JSON object a line."""

    level: Literal["debug", "info", "warning", "error"] = "info"
    json_lines: bool = False


class Settings(BaseSettings):
    """All of them. home: the one folder that holds all state."""

    model_config = SettingsConfigDict(
        env_prefix="AUTOML_",
        env_nested_delimiter="_",
        env_nested_max_split=1,
        frozen=True,
        extra="forbid",
        env_ignore_empty=True,
    )

    home: Path = Field(default_factory=default_home)
    failpoints: str = ""
    server: ServerSettings = ServerSettings()
    ray: RaySettings = RaySettings()
    compute: ComputeSettings = ComputeSettings()
    store: StoreSettings = StoreSettings()
    cassandra: CassandraSettings = CassandraSettings()
    kafka: KafkaSettings = KafkaSettings()
    redis: RedisSettings = RedisSettings()
    upload: UploadSettings = UploadSettings()
    read: ReadSettings = ReadSettings()
    log: LogSettings = LogSettings()

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        # `load` merges the sources itself, so that it can say where each value came from.
        return (init_settings,)


@dataclass(frozen=True)
class Origin:
    """Where one value came from. source: flag, environment, a file's path, or default."""

    name: str
    value: Any
    source: str


@dataclass(frozen=True)
class Loaded:
    """Settings and the origin of each value, by dotted name."""

    settings: Settings
    origins: tuple[Origin, ...]


def load(flags: Mapping[str, Any] | None = None) -> Loaded:
    """Read all sources. `flags`: dotted name → value, None for a flag not given. InvalidInputError: a bad value."""
    layers: list[tuple[str, dict[str, Any]]] = [("default", {})]
    for path in (user_file(), PROJECT_FILE):
        if path.is_file():
            layers.append((str(path), _flat(_of_file(path))))
    layers.append(("environment", _flat(EnvSettingsSource(Settings)())))
    layers.append(("flag", {name: value for name, value in (flags or {}).items() if value is not None}))
    values: dict[str, Any] = {}
    sources: dict[str, str] = {}
    for source, layer in layers:
        values.update(layer)
        sources.update(dict.fromkeys(layer, source))
    try:
        settings = Settings(**_nested(values))
    except ValidationError as error:
        items = [_item(each, sources) for each in error.errors()]
        raise InvalidInputError(
            "A setting cannot be used: " + "; ".join(f"{item.field}: {item.message}" for item in items),
            code="settings_invalid",
            hint="'automl config show' lists every setting and where it comes from.",
            errors=items,
        ) from error
    flat = _flat(settings.model_dump(mode="json"))
    return Loaded(settings, tuple(Origin(name, flat[name], sources.get(name, "default")) for name in sorted(flat)))


def _of_file(path: Path) -> dict[str, Any]:
    try:
        return TomlConfigSettingsSource(Settings, path)()
    except ValueError as error:
        # Not TOML, or not UTF-8.
        raise InvalidInputError(
            f"The settings file {str(path)!r} cannot be read: {error}.",
            code="settings_invalid",
            hint="Correct it, or move it away.",
        ) from error


def _item(error: Any, sources: Mapping[str, str]) -> ErrorItem:
    name = ".".join(str(part) for part in error["loc"])
    return ErrorItem(f"{error['msg']} (from {sources.get(name, 'a source')})", field=name)


def _flat(values: Mapping[str, Any], prefix: str = "") -> dict[str, Any]:
    flat: dict[str, Any] = {}
    for name, value in values.items():
        if isinstance(value, Mapping):
            flat.update(_flat(value, f"{prefix}{name}."))
        else:
            flat[prefix + name] = value
    return flat


def _nested(flat: Mapping[str, Any]) -> dict[str, Any]:
    nested: dict[str, Any] = {}
    for name, value in flat.items():
        *sections, last = name.split(".")
        place = nested
        for section in sections:
            place = place.setdefault(section, {})
        place[last] = value
    return nested
