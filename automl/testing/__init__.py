"""Contract suites and fakes for every port, for the adapters here and for those of others. Needs pytest."""
