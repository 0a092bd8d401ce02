"""FLAML."""
