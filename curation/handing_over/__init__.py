"""Samples with their scores, flags and decisions for other tools, in which a team carries on."""
