"""The Python SDK over HTTP; it imports core alone."""
