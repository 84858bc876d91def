"""One way of making candidates per file; each has a MODE, its own arguments and `candidates(...)`."""
