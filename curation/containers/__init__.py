"""One way to hold rows per file: recognise, read, write."""
