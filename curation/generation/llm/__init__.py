"""Generation by a language model: prompts, requests, and reading what comes back."""
