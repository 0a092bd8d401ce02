"""Whole jobs at given budgets, by the command line against a running service."""
