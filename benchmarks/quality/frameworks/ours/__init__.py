"""This product, by its command line."""
