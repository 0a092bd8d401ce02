from typing import Any

import pytest
from cassandra.policies import RetryPolicy
from cassandra.query import BatchStatement, SimpleStatement

from automl.backends.cassandra.retries import SafeRetryPolicy

POLICY = SafeRetryPolicy()
EVENTS = {
    "read timeout": lambda query, n: POLICY.on_read_timeout(query, 6, 2, 1, False, n),
    "write timeout": lambda query, n: POLICY.on_write_timeout(query, 6, 0, 2, 1, n),
    "unavailable": lambda query, n: POLICY.on_unavailable(query, 6, 2, 1, n),
    "request error": lambda query, n: POLICY.on_request_error(query, 6, OSError(), n),
}


@pytest.mark.parametrize("event", EVENTS)
@pytest.mark.parametrize("query", [None, SimpleStatement("UPDATE"), BatchStatement()])
def test_nothing_is_sent_twice_that_is_not_idempotent(event: str, query: Any) -> None:
    assert EVENTS[event](query, 0) == (RetryPolicy.RETHROW, None)


@pytest.mark.parametrize("event", EVENTS)
def test_idempotent_statements_go_to_other_hosts_a_few_times(event: str) -> None:
    query = SimpleStatement("SELECT", is_idempotent=True)
    verdicts = [EVENTS[event](query, n) for n in range(3)]
    assert verdicts == [(RetryPolicy.RETRY_NEXT_HOST, None)] * 2 + [(RetryPolicy.RETHROW, None)]
