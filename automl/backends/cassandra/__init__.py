"""What records and blobs on Apache Cassandra share: connections, flow, errors, schema."""
