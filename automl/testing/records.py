"""The contract of the records port as tests; every adapter passes them unchanged."""

from __future__ import annotations

from automl.testing.records_changes import RecordsChanges
from automl.testing.records_faults import RecordsFaults
from automl.testing.records_lists import RecordsLists
from automl.testing.records_races import RecordsRaces
from automl.testing.records_rows import RecordsRows


class RecordsContract(RecordsChanges, RecordsRows, RecordsLists, RecordsRaces, RecordsFaults):
    """A subclass supplies the fixture `records`, and `peer` where the store can be opened twice."""
