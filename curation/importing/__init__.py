"""Importing: from files to samples, with an outcome for every row."""
