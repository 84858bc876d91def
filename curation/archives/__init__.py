"""One kind of file that holds many images per file: recognise it, list its images."""
