"""Remove for good what was deleted; without --yes it only says what that is.

examples:
  python -m curation compact
  python -m curation compact --yes
  python -m curation compact old-set --yes

Samples, turns, scores and pictures that nothing shows any more go. Decisions stay in the log, and `decisions export`
still has them; the dataset's own files are left alone.
"""

from __future__ import annotations

import argparse

from curation.commands import terminal
from curation.maintenance import removing
from curation.workspace import open_workspace


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Arguments of the command."""
    parser.add_argument("dataset", nargs="?", help="only what was deleted of a dataset of this name")
    parser.add_argument("--yes", action="store_true", help="remove it")
    terminal.add_who(parser)


def run(arguments: argparse.Namespace) -> int:
    """Says what is removed, and removes it with --yes."""
    workspace = open_workspace(arguments.workspace)
    try:
        plan = removing.plan_compact(workspace, arguments.dataset)
        if not arguments.json:
            print(plan.sentence())
        if arguments.yes:
            removing.compact(workspace, arguments.dataset, who=arguments.who)
    finally:
        workspace.close()
    if arguments.json:
        counts = {name: getattr(plan, name) for name in ("samples", "turns", "scores", "decisions")}
        terminal.json_line(
            counts | {"datasets": [removal.dataset for removal in plan.removals], "removed": arguments.yes}
        )
    elif plan.removals:
        terminal.say("Done." if arguments.yes else "Nothing is removed yet: say --yes.")
    return 0
