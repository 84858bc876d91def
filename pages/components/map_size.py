"""How high the map and what stands beside it are, in pixels."""

HIGH = 620
