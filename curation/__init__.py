"""What the product means: import, lint, thresholds, review, balance, recipes, export."""
