"""Starts Cassandra, Kafka, Redis and Prometheus on this machine's loopback, from packages, without containers."""
