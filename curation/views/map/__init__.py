"""What the map page shows."""
