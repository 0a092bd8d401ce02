"""From bytes to a checked table: upload, reading, typing, profile, checks, splits, blocks."""
