"""The compute port and its adapters."""
