"""Measurements: each prints a table and appends its rows to benchmarks/results/<date>-<commit>/."""
