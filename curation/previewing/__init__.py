"""Previews: the first rows of a file as an import would take them, before anything is stored."""
