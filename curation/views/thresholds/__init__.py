"""What the thresholds page shows."""
