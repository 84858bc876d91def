"""What the flags page shows."""
