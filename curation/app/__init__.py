"""The running app: server, jobs, board, scope and leases."""
