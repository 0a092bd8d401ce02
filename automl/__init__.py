"""automl: the best model it can find in the time you give it."""
