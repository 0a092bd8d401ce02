"""Records on Apache Cassandra."""
