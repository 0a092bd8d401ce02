"""Extremely randomised trees, grown in batches."""
