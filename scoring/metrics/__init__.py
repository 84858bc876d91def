"""One metric per file; see `scoring.metric.Metric` for the contract."""
