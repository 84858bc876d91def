"""Questions to a language model behind an OpenAI-compatible endpoint: asked, cached, counted, answered strictly."""
