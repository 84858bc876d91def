"""Compare the samples with evaluation sets, so that nothing is trained on that is tested with.

examples:
  python -m curation contamination POPE/ TextVQA_0.5.1_val.json MMBench_DEV_EN.tsv
  python -m curation contamination benchmarks/mmmu --name MMMU
  python -m curation contamination --list
  python -m curation contamination --remove POPE

A set is a folder or a file with pictures and questions in any shape: only their fingerprints are kept in the workspace.
Samples with such a picture (equal bytes, or a perceptual hash a few bits apart) or question (70 % of its runs of eight
words) get the flag `contaminated`, and an export's card says what was compared.
"""

from __future__ import annotations

import argparse
from pathlib import Path

from curation.commands import terminal
from curation.evaluation_sets import named
from curation.workspace import Workspace, metric_settings, open_workspace


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Arguments of the command."""
    parser.add_argument("sets", type=Path, nargs="*", metavar="FOLDER", help="folders or files of evaluation sets")
    parser.add_argument("--name", metavar="NAME", help="what to call the set, where there is one; else as the folder")
    parser.add_argument("--list", action="store_true", help="print the sets that samples are compared with")
    parser.add_argument("--remove", metavar="NAME", action="append", default=[], help="compare with this set no longer")


def run(arguments: argparse.Namespace) -> int:
    """Adds or removes sets, compares the samples and prints what was found."""
    workspace = open_workspace(arguments.workspace)
    try:
        for name in arguments.remove:
            named.remove(workspace, name)
        for path in arguments.sets:
            added, unread = named.add(workspace, path, arguments.name if len(arguments.sets) == 1 else None)
            print(f"{added.words()} is compared with the samples.")
            for file in unread:
                print(f"Not read: {file}")
        present = named.listing(workspace)
        if arguments.list:
            terminal.table(("set", "pictures", "questions"), [(s.name, s.pictures, s.questions) for s in present])
            return 0
        return _compare(workspace)
    finally:
        workspace.close()


def _compare(workspace: Workspace) -> int:
    progress = terminal.score(workspace, metric_settings.named(workspace, [named.STAGE]))
    print(named.comparison(workspace) or "The samples are compared with no evaluation set.")
    return 0 if progress.state == "done" else 1
