"""The blobs port and its adapters."""
