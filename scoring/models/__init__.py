"""Models that need weights, behind one small class each; features and metrics load them in `load()` only."""
