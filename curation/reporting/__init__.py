"""Reports: sets of samples, their indicators side by side, and tables."""
