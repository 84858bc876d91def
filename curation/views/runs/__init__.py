"""What the pages on runs and settings show."""
