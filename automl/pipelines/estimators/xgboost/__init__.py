"""Gradient boosting with XGBoost."""
