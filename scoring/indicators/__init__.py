"""One dataset indicator per file; see `scoring.indicator` for what a file must say."""
