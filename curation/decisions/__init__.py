"""Decisions of people: recorded, undone, merged."""
