"""AutoGluon."""
