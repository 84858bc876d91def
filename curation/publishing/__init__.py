"""What hubs and loaders read of an export: the head of its card, Croissant metadata, types of columns, a push."""
