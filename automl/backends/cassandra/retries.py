"""What the driver may send a second time by itself: nothing that is not idempotent."""

from __future__ import annotations

from typing import Any, TypeAlias

from cassandra.policies import RetryPolicy

_MAX_RETRIES = 2

#: What the driver asks for: a verdict, and another consistency level or None.
Verdict: TypeAlias = tuple[Any, None]


class SafeRetryPolicy(RetryPolicy):  # type: ignore[misc]  # the driver ships no type information
    """Repeats idempotent statements on the next host, and rethrows for all others.

    The driver's default repeats any statement after a lost connection, so that a conditional write may happen twice.
    """

    def on_read_timeout(
        self,
        query: Any,
        consistency: Any,
        required_responses: int,
        received_responses: int,
        data_retrieved: bool,
        retry_num: int,
    ) -> Verdict:
        """A replica did not answer a read in time."""
        return self._next_host(query, retry_num)

    def on_write_timeout(
        self,
        query: Any,
        consistency: Any,
        write_type: Any,
        required_responses: int,
        received_responses: int,
        retry_num: int,
    ) -> Verdict:
        """A replica did not acknowledge a write in time: it may have happened."""
        return self._next_host(query, retry_num)

    def on_unavailable(
        self, query: Any, consistency: Any, required_replicas: int, alive_replicas: int, retry_num: int
    ) -> Verdict:
        """Too few replicas are up. A conditional write may say so after it has proposed its value."""
        return self._next_host(query, retry_num)

    def on_request_error(self, query: Any, consistency: Any, error: Any, retry_num: int) -> Verdict:
        """The connection broke, or the server is overloaded or starting."""
        return self._next_host(query, retry_num)

    def _next_host(self, query: Any, retry_num: int) -> Verdict:
        if retry_num < _MAX_RETRIES and getattr(query, "is_idempotent", False):
            return (self.RETRY_NEXT_HOST, None)
        return (self.RETHROW, None)
