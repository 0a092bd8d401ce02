"""The CQL of blobs. The tables and their columns are explained in automl/backends/cassandra/schema/."""

# ruff: noqa: S608  # built from the constants of this module alone

from __future__ import annotations

from automl.backends.cassandra.query import Query

_KEY = "tenant = ? AND name = ?"
_CHUNK = f"{_KEY} AND upload = ? AND number = ?"
# Longer than any coordinator may hold back a conditional write, or a paused process an upload.
_ATTEMPT_TTL_S = 30 * 86_400

MANIFEST = Query(
    f"SELECT DISTINCT tenant, name, upload, size_bytes, chunk_bytes, sha256, at FROM {{meta}}.blob WHERE {_KEY}"
)
NAMES = Query(
    "SELECT DISTINCT tenant, name, upload, size_bytes, chunk_bytes, sha256, at, token(tenant, name) AS place"
    " FROM {meta}.blob WHERE token(tenant, name) > ? LIMIT ?"
)
PUBLISH = Query(
    f"UPDATE {{meta}}.blob SET upload = ?, size_bytes = ?, chunk_bytes = ?, sha256 = ?, at = ? WHERE {_KEY}"
    " IF upload = null",
    idempotent=False,
)
UNPUBLISH = Query(
    f"DELETE upload, size_bytes, chunk_bytes, sha256, at FROM {{meta}}.blob WHERE {_KEY} IF upload = ?",
    idempotent=False,
)
PUT_ATTEMPT = Query(
    "INSERT INTO {meta}.blob (tenant, name, attempt, fenced) VALUES (?, ?, ?, ?) IF NOT EXISTS"
    f" USING TTL {_ATTEMPT_TTL_S}",
    idempotent=False,
)

PUT_OPEN = Query(
    "INSERT INTO {meta}.open_upload (bucket, upload, tenant, name, chunks, started_at) VALUES (?, ?, ?, ?, ?, ?)"
)
OPEN = Query("SELECT upload, tenant, name, chunks, started_at FROM {meta}.open_upload WHERE bucket = ?")
DROP_OPEN = Query("DELETE FROM {meta}.open_upload WHERE bucket = ? AND upload = ?")

PUT_CHUNK = Query(
    "INSERT INTO {chunks}.chunk (tenant, name, upload, number, codec, size_bytes, sha256, body)"
    " VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
    bulk=True,
)
CHUNK = Query(f"SELECT codec, size_bytes, sha256, body FROM {{chunks}}.chunk WHERE {_CHUNK}", bulk=True)
DROP_CHUNK = Query(f"DELETE FROM {{chunks}}.chunk WHERE {_CHUNK}", bulk=True)
