"""The demo set, word lists, prompt texts and styles."""
