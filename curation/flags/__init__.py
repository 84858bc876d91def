"""Flags: what is said of spans and claims, calibrated sources, and groups of duplicates."""
