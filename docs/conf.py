"""Sphinx's settings: `make docs` builds these pages into `docs/_build`."""

project = "Winnow"
extensions = ["myst_parser"]
exclude_patterns = ["_build"]
html_theme = "furo"
html_title = "Winnow"
myst_heading_anchors = 3
