"""Measurements on decoded pictures, shared by the image metrics. Imported only inside their `load`."""
