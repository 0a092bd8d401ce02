"""Ports, each a folder: base.py holds the contract, the other modules its adapters."""
