"""Gradient boosting with LightGBM."""
