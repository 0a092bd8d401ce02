"""One shape for the health of every component."""

from automl.core.health import ComponentStatus


def test_what_is_unknown_is_left_out() -> None:
    assert ComponentStatus("redis", "down").to_json() == {"state": "down", "adapter": "redis", "latency_ms": None}


def test_what_is_known_is_told() -> None:
    status = ComponentStatus("kafka", "degraded", 1.23456, "4.2", "A topic is missing.", {"brokers": ["a:1"]})
    assert status.to_json() == {
        "state": "degraded",
        "adapter": "kafka",
        "latency_ms": 1.235,
        "version": "4.2",
        "detail": "A topic is missing.",
        "facts": {"brokers": ["a:1"]},
    }
