"""What the report page shows."""
