"""What the ingest page shows."""
