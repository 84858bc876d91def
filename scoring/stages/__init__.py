"""One stage per file; see `scoring.metric.Stage` for the contract."""
