"""One tool per file, each with its `TARGET`."""
