"""Blobs on Apache Cassandra."""
