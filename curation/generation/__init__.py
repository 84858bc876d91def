"""Makes instruction data from annotations: visual clues, candidates, and one file per mode and per task."""
