"""The browse page."""
