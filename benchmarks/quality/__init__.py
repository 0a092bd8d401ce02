"""Quality of models found in a given time, ours and others', on the same tables, cores and stopwatch."""
