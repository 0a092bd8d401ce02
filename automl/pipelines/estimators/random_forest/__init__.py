"""Random forests, grown in batches."""
