"""Exporting: rows written losslessly into a folder, with manifest, card and accounting."""
