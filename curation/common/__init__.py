"""Helpers that know nothing of samples: names, numbers in texts, folders, tables, memory."""
