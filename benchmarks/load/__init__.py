"""Many streams and too many requests: what one API replica bears, beside a bare Serve no-op."""
