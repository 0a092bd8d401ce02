"""From a typed table to the numeric views that learners read."""
