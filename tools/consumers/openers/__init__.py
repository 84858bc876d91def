"""Tools that samples are handed to: each reads a folder with its own code and says what it found.

A file has `TOOL` (its name as `hand-over` has it), `TITLE`, `PACKAGES`, `ALONE`, and `read(folder)`: the number of
samples that the tool has then, raising where it refuses anything. It runs as `python -m … FOLDER`.
"""
