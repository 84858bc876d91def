"""Mentions, negation, sentences and markup: language handling that metrics share."""
