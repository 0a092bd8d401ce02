"""The words everyone speaks: values, states, ids, errors and small protocols. No I/O; third party: pydantic only."""
