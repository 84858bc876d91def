"""Show what is here and how far scoring is, per metric.

examples:
  python -m curation status
  python -m curation status --json
"""

from __future__ import annotations

import argparse
from dataclasses import asdict

from curation import state
from curation.commands import terminal
from curation.workspace import open_workspace


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Arguments of the command."""
    parser.add_argument("--json", action="store_true", help="print as JSON")


def run(arguments: argparse.Namespace) -> int:
    """Prints the datasets and the state of every metric."""
    workspace = open_workspace(arguments.workspace)
    try:
        datasets, metrics = state.datasets_here(workspace), state.metric_states(workspace)
    finally:
        workspace.close()
    if arguments.json:
        terminal.json_line({"datasets": datasets, "metrics": [asdict(one) | {"state": one.state} for one in metrics]})
        return 0
    if not datasets:
        print("No dataset yet. Try:  python -m curation demo")
        return 0
    terminal.table(
        ("dataset", "samples", "state", "format"),
        [(d["name"], d["samples"], d["state"], d["format"]) for d in datasets],
    )
    print()
    terminal.table(
        ("metric", "version", "state", "done", "missing", "failed", "why"),
        [(m.name, m.version, m.state, m.done, m.missing, m.failed, m.why) for m in metrics],
    )
    return 0
