"""Programs for those who work on Winnow; nothing of them is installed."""
