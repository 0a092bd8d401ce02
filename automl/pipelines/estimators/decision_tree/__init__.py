"""One decision tree."""
