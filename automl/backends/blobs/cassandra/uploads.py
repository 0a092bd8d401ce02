"""Uploads and deletions under way are listed, so that what is cut short can be found and swept."""

from __future__ import annotations

import contextlib
import uuid

from automl.backends.blobs.base import BlobKey
from automl.backends.blobs.cassandra import statements
from automl.backends.blobs.cassandra.chunks import remove_chunks
from automl.backends.blobs.cassandra.manifest import Manifest, Upload, manifest_of
from automl.backends.cassandra.connection import Answer, CassandraConnection
from automl.backends.cassandra.query import Level
from automl.backends.cassandra.settling import settle
from automl.core.clock import Clock
from automl.core.errors import UnavailableError

_BUCKETS = 16
_TORN_AFTER_S = 3600.0


class Uploads:
    """The list of what is under way, and its sweep."""

    def __init__(self, connection: CassandraConnection, clock: Clock) -> None:
        self._connection = connection
        self._clock = clock

    def open(self, upload: Upload, chunks: int) -> None:
        """List it, durably: chunks below this number may exist from now on. Again for more."""
        values = (_bucket(upload), upload.id, upload.key.tenant, upload.key.name, chunks, self._clock.now())
        self._connection.execute(statements.PUT_OPEN, values)

    def close(self, upload: Upload) -> None:
        """Nothing of it is left to sweep. Not waited for: a row that stays is found by the sweep, and closed there."""
        with contextlib.suppress(UnavailableError):
            self._connection.start(statements.DROP_OPEN, (_bucket(upload), upload.id))

    def discard(self, upload: Upload, chunks: int, late: bool = False) -> None:
        """Remove the chunks of an attempt that is not visible and cannot become so. What fails is left to the sweep.

        late: a chunk may still arrive, from a write without an answer; so it stays listed, and is swept once more.
        """
        with contextlib.suppress(UnavailableError):
            remove_chunks(self._connection, upload, chunks)
            if not late:
                self.close(upload)

    def fence(self, upload: Upload) -> None:
        """From now on this attempt cannot become visible, unless it is so already. Raises UnavailableError."""
        key = upload.key
        batch = [(statements.PUT_ATTEMPT, (key.tenant, key.name, upload.id, True))]
        # Refused means that it was fenced or published before: either way it cannot be published from now on.
        settle(self._connection, batch, lambda: False, "blobs.sweep.fenced")

    def sweep(self) -> None:
        """Remove what was cut short more than an hour ago. Raises UnavailableError."""
        for bucket in range(_BUCKETS):
            for row in list(self._connection.execute(statements.OPEN, (bucket,))):
                # A removal of the row that comes back after the row was swept has the key column alone.
                if row["started_at"] is None or self._clock.now() - row["started_at"] > _TORN_AFTER_S:
                    self._sweep_one(Upload(BlobKey(row["tenant"], row["name"]), row["upload"]), row["chunks"])

    def _sweep_one(self, upload: Upload, chunks: int) -> None:
        # A slow upload may still be at work: first it is fenced, then looked at.
        self.fence(upload)
        manifest = self.manifest(upload.key, Level.SERIAL)
        if manifest is None or manifest.upload != upload:
            remove_chunks(self._connection, upload, chunks)
        self.close(upload)

    def ask(self, key: BlobKey) -> Answer:
        """As `manifest`, on its way: the caller waits for the row. Raises UnavailableError."""
        return self._connection.start(statements.MANIFEST, (key.tenant, key.name))

    def manifest(self, key: BlobKey, level: Level = Level.QUORUM) -> Manifest | None:
        """What the key holds."""
        return manifest_of(self._connection.execute(statements.MANIFEST, (key.tenant, key.name), level).one())


def new_upload(key: BlobKey) -> Upload:
    """An attempt of its own."""
    return Upload(key, uuid.uuid4())


def _bucket(upload: Upload) -> int:
    return upload.id.int % _BUCKETS
