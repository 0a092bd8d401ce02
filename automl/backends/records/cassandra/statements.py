"""The CQL of records. The tables and their columns are explained in automl/backends/cassandra/schema/."""

# ruff: noqa: S608  # built from the constants of this module alone

from __future__ import annotations

from automl.backends.cassandra.query import Query

#: Values of the clustering column `part`.
ROWS, EVENTS, TOKENS = 0, 1, 2
#: The version of an erased aggregate.
ERASED = -1

_KEY = "tenant = ? AND kind = ? AND id = ?"
_LIST_KEY = "tenant = ? AND kind = ? AND period = ?"
# Whoever lost the answer to an append asks within seconds.
_TOKEN_TTL_S = 86_400

STATE = Query(
    "SELECT DISTINCT tenant, kind, id, version, epoch, last_seq, created_at, active FROM {meta}.aggregate"
    f" WHERE {_KEY}"
)
DOCUMENT = Query(
    "SELECT DISTINCT tenant, kind, id, version, epoch, last_seq, created_at, active, document FROM {meta}.aggregate"
    f" WHERE {_KEY}"
)
TOKEN = Query(
    f"SELECT type FROM {{meta}}.aggregate WHERE {_KEY} AND part = {TOKENS} AND collection = '' AND key = ''"
    " AND number = ?"
)
CHILDREN = Query(
    f"SELECT key, body FROM {{meta}}.aggregate WHERE {_KEY} AND part = {ROWS} AND collection = ? AND key > ? LIMIT ?"
)
EVENT_PAGE = Query(
    f"SELECT number, type, at, body FROM {{meta}}.aggregate WHERE {_KEY} AND part = {EVENTS} AND collection = ''"
    " AND key = '' AND number > ? LIMIT ?"
)

# The parts of a conditional batch: one CHANGE or ERASE, and what goes with it.
CREATE = Query(
    "UPDATE {meta}.aggregate SET version = ?, epoch = ?, last_seq = ?, active = ?, document = ?, created_at = ?"
    f" WHERE {_KEY} IF version = null AND epoch = null",
    idempotent=False,
)
CHANGE = Query(
    "UPDATE {meta}.aggregate SET version = ?, epoch = ?, last_seq = ?, active = ?, document = ?"
    f" WHERE {_KEY} IF version = ? AND epoch = ?",
    idempotent=False,
)
ERASE = Query(
    f"UPDATE {{meta}}.aggregate SET version = {ERASED}, active = false, document = null"
    f" WHERE {_KEY} IF version = ? AND epoch = ?",
    idempotent=False,
)
ERASE_PARTS = Query(f"DELETE FROM {{meta}}.aggregate WHERE {_KEY} AND part >= {ROWS}", idempotent=False)
_INSERT_ROW = (
    "INSERT INTO {meta}.aggregate (tenant, kind, id, part, collection, key, number, body)"
    f" VALUES (?, ?, ?, {ROWS}, ?, ?, 0, ?)"
)
PUT_ROW = Query(_INSERT_ROW, idempotent=False)
PUT_ROW_ONCE = Query(f"{_INSERT_ROW} IF NOT EXISTS", idempotent=False)
PUT_EVENT = Query(
    "INSERT INTO {meta}.aggregate (tenant, kind, id, part, collection, key, number, type, at, body)"
    f" VALUES (?, ?, ?, {EVENTS}, '', '', ?, ?, ?, ?)",
    idempotent=False,
)
PUT_TOKEN = Query(
    "INSERT INTO {meta}.aggregate (tenant, kind, id, part, collection, key, number, type)"
    f" VALUES (?, ?, ?, {TOKENS}, '', '', ?, ?) USING TTL {_TOKEN_TTL_S}",
    idempotent=False,
)

PUT_PERIOD = Query("INSERT INTO {meta}.listing_period (tenant, kind, period) VALUES (?, ?, ?)")
PERIODS = Query("SELECT period FROM {meta}.listing_period WHERE tenant = ? AND kind = ? AND period <= ?")
PUT_LISTING = Query(
    "INSERT INTO {meta}.listing (tenant, kind, period, created_at, id, written_at) VALUES (?, ?, ?, ?, ?, ?)"
)
LISTING = Query(
    "SELECT created_at, id, written_at, writetime(written_at) AS stamp FROM {meta}.listing"
    f" WHERE {_LIST_KEY} AND (created_at, id) < (?, ?) LIMIT ?"
)
DROP_LISTING = Query(f"DELETE FROM {{meta}}.listing USING TIMESTAMP ? WHERE {_LIST_KEY} AND created_at = ? AND id = ?")

PUT_ACTIVE = Query(
    "INSERT INTO {meta}.active (kind, bucket, tenant, id, version, written_at) VALUES (?, ?, ?, ?, ?, ?)"
)
ACTIVE = Query(
    "SELECT bucket, tenant, id, version, written_at, writetime(written_at) AS stamp FROM {meta}.active"
    " WHERE kind = ? AND bucket = ?"
)
DROP_ACTIVE = Query(
    "DELETE FROM {meta}.active USING TIMESTAMP ?"
    " WHERE kind = ? AND bucket = ? AND tenant = ? AND id = ? AND version = ?"
)

PUT_BY_ID = Query("INSERT INTO {meta}.by_id (kind, id, tenant) VALUES (?, ?, ?)")
BY_ID = Query("SELECT tenant FROM {meta}.by_id WHERE kind = ? AND id = ?")
DROP_BY_ID = Query("DELETE FROM {meta}.by_id WHERE kind = ? AND id = ? AND tenant = ?")
