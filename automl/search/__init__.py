"""Decides what to try: pure, no I/O, no Ray, no clock of its own."""
