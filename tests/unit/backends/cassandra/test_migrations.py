import re

from automl.backends.cassandra.config import CassandraConfig
from automl.backends.cassandra.migrations import Migration, _named, migrations


def test_numbers_have_no_gaps() -> None:
    assert [migration.version for migration in migrations()] == list(range(1, len(migrations()) + 1))


def test_every_statement_may_run_twice_and_names_its_table() -> None:
    for migration in migrations():
        for statement in migration.statements:
            assert "IF NOT EXISTS" in statement
            assert "--" not in statement
            assert ("CREATE TABLE" in statement) == ("WITH ID = {id}" in statement)
            assert not re.search(r"\{(meta|chunks|id)\}", _named(statement, CassandraConfig()))


def test_a_table_has_the_same_id_in_every_process_and_another_in_every_keyspace() -> None:
    statements = [each for migration in migrations() for each in migration.statements]

    def ids(keyspace: str) -> list[str]:
        config = CassandraConfig(keyspace=keyspace)
        return [re.findall(r"ID = ([0-9a-f-]{36})", _named(each, config))[0] for each in statements]

    assert ids("a") == ids("a")
    assert len({*ids("a"), *ids("b"), *ids("a_chunks")}) == 3 * len(statements)


def test_the_checksum_follows_what_the_statements_say() -> None:
    first = Migration(1, ("CREATE TABLE  a\n (b int)", "ALTER a"))
    assert first.checksum == Migration(1, ("CREATE TABLE a (b int)", "ALTER a")).checksum
    assert first.checksum != Migration(1, ("CREATE TABLE a (c int)", "ALTER a")).checksum
