"""MLJAR."""
