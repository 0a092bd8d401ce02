"""Estimator families, one folder each, found by the catalog."""
