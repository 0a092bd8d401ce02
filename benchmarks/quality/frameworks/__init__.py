"""One folder a framework: its pinned environment and its runner. All runners keep `benchmarks.quality.contract`."""
