"""What pages show of one sample."""
