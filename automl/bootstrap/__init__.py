"""The composition root: Settings → adapters → services → processes. The one place that picks concrete classes."""
