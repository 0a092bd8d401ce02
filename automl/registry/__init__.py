"""Keep models: versions, aliases, packages."""
