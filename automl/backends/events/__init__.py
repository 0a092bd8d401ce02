"""The events port and its adapters."""
