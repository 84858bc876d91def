"""One file for each program: what has to be installed, and how it reads what the card's lines tell it to read.

A file is run by the program's own Python and imports nothing of Winnow. It gives rows as
`{"images": [hash of the pixels], "texts": [[role, text]], ...}`, a picture within a text as `<image>`.
"""
