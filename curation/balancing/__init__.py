"""Balancing: the plan of an export, quotas by cell, mixing by weight, and the ledger of what goes out."""
