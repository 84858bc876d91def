"""What the generate page shows."""
