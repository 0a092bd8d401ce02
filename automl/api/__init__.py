"""The HTTP edge: the only place that knows JSON bodies and status codes."""
