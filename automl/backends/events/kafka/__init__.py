"""Hints through Apache Kafka."""
