"""Nearest neighbours; keeps training rows."""
