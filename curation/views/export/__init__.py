"""What the pages on mixing and exporting show."""
