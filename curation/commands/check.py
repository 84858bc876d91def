"""Look a workspace through for faults, and repair them.

examples:
  python -m curation check
  python -m curation check --thorough --json
  python -m curation check --repair

Without --repair nothing is changed. A repair says first what it will do, and keeps a copy of the database beside it.
"""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from dataclasses import asdict

from curation.checks import checking
from curation.checks.finding import Finding
from curation.commands import terminal
from curation.workspace import open_workspace


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Arguments of the command."""
    parser.add_argument("--repair", action="store_true", help="repair what can be repaired")
    parser.add_argument("--thorough", action="store_true", help="also compare the bytes of images and exports")
    parser.add_argument("--json", action="store_true", help="print the findings as JSON")


def run(arguments: argparse.Namespace) -> int:
    """Prints the findings; 0 when there are none (any more)."""
    workspace = open_workspace(arguments.workspace)
    try:
        findings = checking.find(workspace, thorough=arguments.thorough)
        if not arguments.json:
            _print(findings)
        if not arguments.repair:
            if arguments.json:
                terminal.json_line({"findings": list(map(asdict, findings)), "repaired": False})
            return 1 if findings else 0
        repaired = checking.repair(workspace, thorough=arguments.thorough)
    finally:
        workspace.close()
    if arguments.json:
        terminal.json_line(
            {
                "findings": list(map(asdict, repaired.left)),
                "repaired": repaired.copy is not None,
                "before": list(map(asdict, repaired.before)),
                "copy": str(repaired.copy) if repaired.copy else None,
            }
        )
    elif repaired.copy:
        print(f"\nRepaired. The database as it was is kept at {repaired.copy}.")
        if repaired.left:
            print("What is left:\n")
            _print(repaired.left)
    return 1 if repaired.left else 0


def _print(findings: Sequence[Finding]) -> None:
    if not findings:
        print("Nothing is wrong.")
        return
    for finding in findings:
        print(f"{finding.problem}\n    {f'Repair: {finding.repair}' if finding.repair else 'No repair.'}")
