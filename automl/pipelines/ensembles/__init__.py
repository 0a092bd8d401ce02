"""Weighted averages of fold models."""
