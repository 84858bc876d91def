"""Kinds of faults that a workspace may have, one file each."""
