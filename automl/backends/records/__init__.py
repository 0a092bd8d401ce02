"""The records port and its adapters."""
