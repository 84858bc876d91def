"""Filtering: the snapshot in memory, thresholds over it, and how good a cut is."""
