"""What the overview page shows."""
