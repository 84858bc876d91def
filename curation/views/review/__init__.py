"""What the review page shows."""
