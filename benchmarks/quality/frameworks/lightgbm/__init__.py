"""LightGBM with its defaults."""
