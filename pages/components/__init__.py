"""Widgets that pages share, each `show(...) -> value`."""
