"""Linear models on all terms of free texts beside the other columns."""
