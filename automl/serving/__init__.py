"""Answer predictions: predictor, package loader, byte-bounded cache."""
