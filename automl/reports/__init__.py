"""What can be said of a model: scores, curves, importances, contributions and checks, as data."""
