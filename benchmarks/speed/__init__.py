"""Speed of the parts: upload, reading, predict, start-up, the loop against the plain loop."""
