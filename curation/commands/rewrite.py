"""Propose responses written anew by a language model, or record proposals that a person accepted; nothing by itself.

examples:
  python -m curation rewrite --dataset coco --flag-kind hallucination --json > proposals.jsonl
  python -m curation rewrite --dataset coco --way refine --requests 200 --json > proposals.jsonl
  python -m curation rewrite --accept proposals.jsonl --who ann

`correct` takes flagged words with their evidence and asks for the least change; `refine` repairs repetition,
meaningless characters, other languages and broken sentences. Take the lines that you do not want out of the file
before accepting it. Accepting edits the turns and confirms their flags, as one act with one undo.
"""

from __future__ import annotations

import argparse
from collections import Counter
from pathlib import Path

from curation.commands import naming, terminal
from curation.decisions import decision_log
from curation.flags import spans
from curation.generation.dataset_writer import MakingError
from curation.generation.llm import rewriting
from curation.workspace import Workspace, open_workspace
from scoring.judge.client import Judge
from scoring.metric import Unavailable


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Arguments of the command."""
    parser.add_argument("--dataset", metavar="NAME", help="the dataset to propose for")
    parser.add_argument("--way", choices=rewriting.WAYS, default="correct")
    parser.add_argument("--flag-kind", default=spans.KIND, metavar="KIND", help="which flags `correct` answers")
    parser.add_argument("--limit", type=int, default=0, metavar="N", help="only the first N turns")
    parser.add_argument("--endpoint", metavar="URL", default="", help="default: WINNOW_LLM_BASE_URL")
    parser.add_argument("--model", metavar="NAME", default="", help="default: WINNOW_LLM_MODEL")
    parser.add_argument("--requests", type=int, default=0, metavar="N", help="stop after so many requests")
    parser.add_argument("--tokens", type=int, default=0, metavar="N", help="stop after about so many tokens")
    parser.add_argument("--accept", type=Path, metavar="FILE", help="record the proposals of this file as edits")
    parser.add_argument("--who", default=decision_log.default_person(), help="default: your user name")
    parser.add_argument("--json", action="store_true", help="JSON lines")


def run(arguments: argparse.Namespace) -> int:
    """Proposes, or accepts."""
    if bool(arguments.accept) == bool(arguments.dataset):
        raise MakingError("Say what to do: either --dataset to propose for, or --accept with a file of proposals.")
    workspace = open_workspace(arguments.workspace)
    try:
        return _accept(workspace, arguments) if arguments.accept else _propose(workspace, arguments)
    finally:
        workspace.close()


def _accept(workspace: Workspace, arguments: argparse.Namespace) -> int:
    _, counts = rewriting.accept(workspace, arguments.who, rewriting.read(arguments.accept))
    if arguments.json:
        terminal.json_line(counts)
    else:
        terminal.table(("proposals", "count"), list(counts.items()))
    return 0


def _propose(workspace: Workspace, arguments: argparse.Namespace) -> int:
    naming.check_datasets(workspace, [arguments.dataset])
    naming.check_flag_kinds([arguments.flag_kind], ())
    if arguments.way == "correct":
        tasks = rewriting.flagged(workspace, dataset=arguments.dataset, kinds=[arguments.flag_kind])
    else:
        tasks = rewriting.every(workspace, arguments.dataset)
    tasks = tasks[: arguments.limit or None]
    counts, line = Counter[str](), terminal.ProgressLine()
    rows = []
    try:
        judge = _judge(workspace, arguments)
        show = line.show
        for proposal in rewriting.propose(
            tasks, arguments.way, judge, workspace.folder, lambda done, total: show(f"asked: {done:,} of {total:,}")
        ):
            counts[proposal.outcome] += 1
            if arguments.json:
                terminal.json_line(rewriting.line(proposal))
            else:
                rows.append((proposal.where, proposal.outcome, (proposal.after or proposal.reason)[:100]))
    finally:
        line.end()
    if not arguments.json:
        terminal.table(("turn", "outcome", "proposed text, or why not"), rows)
    summary = ", ".join(f"{count:,} {name}" for name, count in counts.items()) or "no turn to propose for"
    terminal.say(f"{summary}. Nothing was changed.")
    return 0


def _judge(workspace: Workspace, arguments: argparse.Namespace) -> Judge:
    names = ("model", "requests", "tokens")
    running = {name: getattr(arguments, name) for name in names}
    cache = str(workspace.folder / rewriting.CACHE)
    try:
        return Judge({**running, **rewriting.SAMPLING, "base_url": arguments.endpoint, "cache": cache})
    except Unavailable as error:
        raise MakingError(f"{error} Or name one with --endpoint and --model.") from error
