"""Maps of samples in memory: layouts, clusters, lassos and search."""
