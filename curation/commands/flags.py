"""Print the flags that stand, one per line; a hallucinated span is one flag, with what every source says of it.

examples:
  python -m curation flags
  python -m curation flags --kind hallucination --json > hallucinations.jsonl
  python -m curation flags --verdict unsure
"""

from __future__ import annotations

import argparse

import orjson

from curation.commands import naming, terminal
from curation.common import names
from curation.flags import spans
from curation.workspace import open_workspace

VERDICTS = ("unsupported", "unsure", "supported")


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Arguments of the command."""
    parser.add_argument("--kind", help="only flags of this kind")
    parser.add_argument("--dataset", metavar="NAME", help="only flags on this dataset")
    parser.add_argument("--verdict", help="only flags with this verdict: unsupported, unsure or supported, say")
    parser.add_argument("--json", action="store_true", help="JSON lines")


def run(arguments: argparse.Namespace) -> int:
    """Prints the flags in row order."""
    workspace = open_workspace(arguments.workspace)
    try:
        naming.check_datasets(workspace, [arguments.dataset])
        standing = spans.current(workspace.store)
    finally:
        workspace.close()
    naming.check_flag_kinds([arguments.kind], standing["kind"])
    names.check("verdict", [arguments.verdict], [*VERDICTS, *standing["verdict"].drop_nulls().unique().sort()])
    matching = [
        row
        for row in standing.iter_rows(named=True)
        if arguments.kind in (None, row["kind"])
        and arguments.dataset in (None, row["dataset"])
        and arguments.verdict in (None, row["verdict"])
    ]
    if arguments.json:
        for row in matching:
            terminal.json_line(
                {
                    "dataset": row["dataset"],
                    "row": row["row"],
                    "source_id": row["source_id"],
                    "turn": row["turn_index"],
                    "start": row["start_char"],
                    "end": row["end_char"],
                    "text": row["text"],
                    "kind": row["kind"],
                    "verdict": row["verdict"],
                    "score": row["score"],
                    "disagreement": row["disagreement"],
                    "evidence": orjson.loads(row["evidence"]),
                    "reason": row["reason"],
                    "flag_id": row["flag_id"],
                }
            )
        return 0
    terminal.table(
        ("dataset", "row", "turn", "kind", "verdict", "text", "reason"),
        [
            (r["dataset"], r["row"], r["turn_index"], r["kind"], r["verdict"], r["text"][:40], r["reason"][:90])
            for r in matching
        ],
    )
    return 0
