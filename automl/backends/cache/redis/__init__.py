"""A cache in Redis, shared by all processes of a service."""
