"""Schedulers decide who goes on."""
