"""One dataset format per file: recognise, read, write."""
