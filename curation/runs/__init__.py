"""Scoring runs: started and followed, with their failures, their costs and what they have reached."""
