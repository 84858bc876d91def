"""One source of annotations per file: recognise, read."""
