"""Compute on Ray: Tune carries a study's folds out, detached actors host drivers."""
