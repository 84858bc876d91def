"""One feature per file; see `scoring.metric.Feature` for the contract."""
