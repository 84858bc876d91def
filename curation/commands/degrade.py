"""Write sets of lower visual quality, to see what it does to a model: Table 4 of Li et al., TMLR 2024.

examples:
  python -m curation degrade --out table4
  python -m curation degrade --out table4 --dataset coco --size 500 --seed 1

Four folders of equal size: original, readability (the same samples with distorted pictures), diversity (few clusters
of pictures and few kinds of objects) and complexity (the least complex pictures). People's decisions count for none of
them. Each is a dataset for a trainer, or for `import` into a fresh workspace, where `report` gives the table.
"""

from __future__ import annotations

import argparse
from dataclasses import asdict
from pathlib import Path

import numpy as np

from curation.commands import naming, terminal
from curation.common import program
from curation.common.counts import counted
from curation.degrading import choosing, writing
from curation.degrading.writing import WrittenSet
from curation.filtering.snapshot import build
from curation.images import inline
from curation.workspace import open_workspace


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Arguments of the command."""
    parser.add_argument("--out", type=Path, required=True, metavar="DIR", help="a new folder")
    parser.add_argument("--dataset", metavar="NAME", help="only this dataset")
    parser.add_argument(
        "--size", type=int, metavar="N", help="samples of each set (default: half of all with a picture)"
    )
    parser.add_argument("--seed", type=int, default=0, help="of every draw and distortion; default 0")
    parser.add_argument("--json", action="store_true", help="print what came of each set as JSON")


def run(arguments: argparse.Namespace) -> int:
    """Writes the sets; ends with 1 when one could not be made or lacks pictures."""
    line = terminal.ProgressLine()

    def progress(doing: str, done: int, total: int) -> None:
        line.show(f"{doing} ({done:,} of {total:,})")

    workspace = open_workspace(arguments.workspace)
    try:
        naming.check_datasets(workspace, [arguments.dataset])
        snapshot = build(workspace)
        among = np.ones(snapshot.count, dtype=bool)
        if arguments.dataset:
            among = (snapshot.samples["dataset"] == arguments.dataset).to_numpy()
        sets = choosing.choose(workspace, snapshot, among, arguments.size, arguments.seed)
        written = writing.write(workspace, snapshot, sets, arguments.out, seed=arguments.seed, progress=progress)
    finally:
        workspace.close()
    line.end()
    if arguments.json:
        terminal.json_line({"sets": [asdict(each) for each in written]})
    else:
        _print(written, arguments.out)
    return int(any(not each.samples or each.missing_images for each in written))


def _print(written: list[WrittenSet], out: Path) -> None:
    terminal.table(("set", "samples", "how"), [(each.name, each.samples, each.how) for each in written])
    for each in written:
        if each.missing_images:
            terminal.say(f"{each.name} lacks {counted(each.missing_images, 'picture')}. {inline.RELINK}")
        if each.distorted is not None:
            kinds = ", ".join(f"{name or 'left as they are'} {count:,}" for name, count in each.distorted.items())
            terminal.say(f"{each.name}: {kinds}")
    terminal.say("\nTheir indicators side by side:")
    for each in written:
        if each.samples:
            terminal.say(f"  {program.name()} import {out / each.name} --name {each.name} --workspace {out}-workspace")
    terminal.say(f"  {program.name()} score --workspace {out}-workspace")
    terminal.say(f"  {program.name()} report --equal-size --workspace {out}-workspace")
