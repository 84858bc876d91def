"""Delete a dataset; `restore` brings all of it back until it is compacted.

examples:
  python -m curation delete old-set
  python -m curation restore old-set

It is seen nowhere any more, at once: on no page, in no count, run, export or check. Its samples, scores and tags are
put away, and decisions stay in the log in any case. Samples are numbered anew, so what a run computed just then is
computed again.
"""

from __future__ import annotations

import argparse

from curation.commands import terminal
from curation.common.counts import counted
from curation.maintenance import removing
from curation.workspace import open_workspace


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Arguments of the command."""
    parser.add_argument("dataset", help="the dataset's name")
    terminal.add_who(parser)


def run(arguments: argparse.Namespace) -> int:
    """Deletes the dataset."""
    workspace = open_workspace(arguments.workspace)
    try:
        removal = removing.delete(workspace, arguments.dataset, who=arguments.who)
    finally:
        workspace.close()
    if arguments.json:
        terminal.json_line({"dataset": removal.dataset, "samples": removal.samples})
    else:
        print(f"{removal.dataset} is deleted: {counted(removal.samples, 'sample')}. `restore` brings them back.")
    return 0
