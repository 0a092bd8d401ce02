"""Searchers propose configurations."""
