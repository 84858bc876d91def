"""Whether what Winnow exports is read by the programs that people train with: `make consumers`.

Each program reads exports with its own code, in an environment of its own, by the lines that the export's card prints.
"""
