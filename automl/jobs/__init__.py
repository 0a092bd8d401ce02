"""The life of a job; the only writer of job aggregates."""
