"""Running the whole system for real: configurations, and the launcher of real servers without containers."""
