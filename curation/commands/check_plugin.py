"""Check a plug-in's file against its contract.

examples:
  python -m curation check-plugin plugins/exclamations.py

The file is loaded, which runs its code. Its metric is tried on a few samples, its format on the example that it
carries. Without a fault the command ends with 0.
"""

from __future__ import annotations

import argparse
from pathlib import Path

from curation.checks import plugin_check
from scoring import plugins


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Arguments of the command."""
    parser.add_argument("file", type=Path, nargs="+", help="a plug-in's Python file")


def run(arguments: argparse.Namespace) -> int:
    """Prints the faults of each file; 0 when there are none."""
    plugins.use(arguments.file)
    faulty = 0
    for path in arguments.file:
        module = next(one for one in plugins.external() if one.__file__ == str(path.resolve()))
        faults = plugin_check.faults(module)
        print(f"{path}: {'keeps its contract.' if not faults else ''}")
        for fault in faults:
            print(f"  {fault}")
        faulty += bool(faults)
    return 1 if faulty else 0
