"""Images: from rows, files, videos and the web, looked at once."""
