"""Evaluation sets: benchmarks whose pictures and questions must not be trained on, kept as fingerprints."""
