"""What can be fitted and predict again: features, estimator families, ensembles, scoring."""
