"""What is done with a dataset after its import: renamed, its images found again, corrected, deleted, brought back."""
