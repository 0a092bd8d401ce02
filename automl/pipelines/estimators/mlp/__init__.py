"""Multi-layer perceptrons with early stopping."""
