"""The command line: parses arguments and prints; everything else is done below it."""
