"""Sets of lower quality on purpose, to see what it does to a model that is trained on them."""
