"""Recipes: what they hold, how they are kept, changed by several people at once, and edits of turns."""
