"""Record a decision on a sample or a flag, or take the last one back.

examples:
  python -m curation decide --dataset coco --row 12 approve
  python -m curation decide --flag 3f2a9c01d4e5b677 dismiss
  python -m curation decide duplicates --keep longest --prefer clean,web
  python -m curation decide undo

`duplicates` keeps one sample of every group and drops the others: of the first dataset of --prefer that has one, and
there the best by --keep. It leaves alone what somebody else decided.
"""

from __future__ import annotations

import argparse
from dataclasses import dataclass

from curation.commands import naming, terminal
from curation.common import names
from curation.common.counts import counted
from curation.decisions import decision_log
from curation.decisions import keys as decision_keys
from curation.flags import duplicates
from curation.workspace import Workspace, open_workspace
from storage import flags, samples


@dataclass(frozen=True)
class _CommandOwner:
    workspace: Workspace


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Arguments of the command."""
    parser.add_argument(
        "verdict", choices=[*decision_log.SAMPLE_VERDICTS, *decision_log.FLAG_VERDICTS, "duplicates", "undo"]
    )
    parser.add_argument("--flag", metavar="ID", help="flag_id as `flags --json` prints it")
    parser.add_argument("--dataset", metavar="NAME")
    parser.add_argument("--row", type=int, help="index in the imported file")
    parser.add_argument("--keep", metavar="RULE", default="first", help="of duplicates: first, longest, or a metric")
    parser.add_argument("--prefer", metavar="NAMES", default="", help="datasets in order, with commas between")
    parser.add_argument("--who", default=decision_log.default_person(), help="default: your user name")


def run(arguments: argparse.Namespace) -> int:
    """Records or undoes."""
    workspace = open_workspace(arguments.workspace)
    try:
        if arguments.verdict == "undo":
            undone = decision_log.undo(workspace, arguments.who)
            sample_words = _place(workspace, undone["subject"], undone["key"]) if undone else ""
            terminal.say(f"took back: {undone['verdict']} on {sample_words}" if undone else "nothing to take back")
            return 0
        if arguments.verdict == "duplicates":
            _duplicates(workspace, arguments)
            return 0
        subject, key = _subject(workspace, arguments)
        decision_log.decide(workspace, arguments.who, subject, key, arguments.verdict)
        terminal.say(f"{arguments.verdict} on {_place(workspace, subject, key)}")
        return 0
    finally:
        workspace.close()


def _place(workspace: Workspace, subject: str, key: str) -> str:
    """What a decision is on, in words: of a sample its dataset and row."""
    numbers = samples.numbers_of(workspace.store, [decision_keys.sample_of(subject, key)])
    sample = samples.glance(workspace.store, numbers[0]) if numbers else None
    return f"{subject} {sample['dataset']}, row {sample['row_index']}" if sample else f"{subject} {key}"


def _duplicates(workspace: Workspace, arguments: argparse.Namespace) -> None:
    prefer = naming.listed(arguments.prefer)
    names.check("rule", [arguments.keep], duplicates.rules(_CommandOwner(workspace)))
    naming.check_datasets(workspace, prefer)
    act = duplicates.keep_best(_CommandOwner(workspace), arguments.who, arguments.keep, prefer)
    spared = f"; {act.spared:,} left alone: others decided them" if act.spared else ""
    terminal.say(f"{counted(act.count, 'flag')} of duplicates decided{spared}")


def _subject(workspace: Workspace, arguments: argparse.Namespace) -> tuple[str, str]:
    if arguments.flag:
        if not flags.exists(workspace.store, arguments.flag):
            raise decision_log.DecisionError(f"There is no flag {arguments.flag!r}; `flags --json` prints their ids.")
        return "flag", arguments.flag
    if arguments.dataset is None or arguments.row is None:
        raise decision_log.DecisionError("Say which sample (--dataset and --row) or which flag (--flag).")
    naming.check_datasets(workspace, [arguments.dataset])
    key = samples.key_of(workspace.store, arguments.dataset, arguments.row)
    if key is None:
        raise decision_log.DecisionError(f"The dataset {arguments.dataset!r} has no sample from row {arguments.row}.")
    return "sample", key
