"""Build the bundled demo set, import it and score it; needs no network.

examples:
  python -m curation demo
  python -m curation demo --workspace demo --json
"""

from __future__ import annotations

import argparse

from curation.commands import import_, terminal
from curation.common import program
from curation.common.counts import counted
from curation.importing import demo
from curation.workspace import metric_settings, open_workspace


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Arguments of the command."""
    parser.add_argument("--no-score", action="store_true", help="leave scoring to `score` or to the server")
    parser.add_argument("--json", action="store_true", help="print the import's outcome as JSON")


def run(arguments: argparse.Namespace) -> int:
    """Builds, imports, scores."""
    workspace = open_workspace(arguments.workspace)
    try:
        report = demo.import_into(workspace)
        import_.print_report(report, arguments.json)
        if absent := demo.missing_packages():
            named = ", ".join(sorted(absent))
            terminal.say(f'Conversations on photos that come with {named} were left out: pip install "winnow[demo]".')
        if arguments.no_score:
            return 0
        progress = terminal.score(workspace, metric_settings.active(workspace))
    finally:
        workspace.close()
    terminal.say(
        f"{counted(progress.done, 'value')} scored; now:  {program.name()} serve --workspace {arguments.workspace}"
    )
    return 0 if progress.state == "done" else 1
