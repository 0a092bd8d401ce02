"""The cache port and its adapters."""
