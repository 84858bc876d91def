"""List the datasets with their tags, set the tags of one, or show what datasets have in common.

examples:
  python -m curation dataset
  python -m curation dataset coco --construction self-instruct --tendency none
  python -m curation dataset pmc --construction adaption --tendency domain:medicine
  python -m curation dataset mix --construction adaption,mixing --tendency region,text-rich
  python -m curation dataset --overlap --json

The tags are those of the survey (Li et al., TMLR 2024): construction is adaption, self-instruct or mixing; tendency is
none, region, interleaved, video, text-rich or domain:WORD; several with commas between. Turns are counted. What the
program only supposes, by a name or by the rows, is a suggestion and no tag.
"""

from __future__ import annotations

import argparse
from dataclasses import asdict

from curation.commands import naming, terminal
from curation.common import names
from curation.flags import duplicates
from curation.flags.duplicates import Overlap
from curation.workspace import Workspace, open_workspace, tags
from curation.workspace.tags import TagError, Tagged, Tags
from scoring.json_types import JsonObject


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Arguments of the command."""
    parser.add_argument("name", nargs="?", help="the dataset; without it all are listed")
    parser.add_argument("--construction", metavar="TAGS", help=", ".join(tags.CONSTRUCTION))
    parser.add_argument("--tendency", metavar="TAGS", help=", ".join(tags.TENDENCY) + ":WORD")
    parser.add_argument("--overlap", action="store_true", help="how many samples are duplicates of another dataset's")
    terminal.add_who(parser)


def run(arguments: argparse.Namespace) -> int:
    """Sets, lists or compares."""
    if arguments.name is None and (arguments.construction is not None or arguments.tendency is not None):
        raise TagError("Name the dataset that the tags are of.")
    workspace = open_workspace(arguments.workspace)
    try:
        _check(workspace, arguments)
        if arguments.construction is not None or arguments.tendency is not None:
            _write(workspace, arguments)
        if arguments.overlap:
            _show_overlap(duplicates.overlap(workspace), arguments.json)
            return 0
        tagged = tags.listing(workspace)
    finally:
        workspace.close()
    if arguments.name is not None:
        tagged = [dataset for dataset in tagged if dataset.name == arguments.name]
    if arguments.json:
        rows = [as_json(dataset) for dataset in tagged]
        terminal.json_line(rows if arguments.name is None else rows[0])
        return 0
    terminal.table(
        ("dataset", "samples", "construction", "tendency", "turns", "suggestion"),
        [_line(dataset) for dataset in tagged],
    )
    return 0


def _check(workspace: Workspace, arguments: argparse.Namespace) -> None:
    naming.check_datasets(workspace, [arguments.name])
    names.check("construction", naming.listed(arguments.construction), tags.CONSTRUCTION)
    tendencies = [word.partition(":")[0].strip() for word in naming.listed(arguments.tendency)]
    names.check("tendency", tendencies, [*tags.TENDENCY, "none"])


def as_json(dataset: Tagged) -> JsonObject:
    """A dataset as programs read it."""
    hint = dataset.suggestion
    return {
        "dataset": dataset.name,
        "samples": dataset.samples,
        **asdict(dataset.tags),
        "who": dataset.who,
        "turns": dataset.kind_of_turns,
        "mean_turns": round(dataset.turns, 3),
        "suggestion": None if hint is None else asdict(hint.tags) | {"why": hint.why},
    }


def _write(workspace: Workspace, arguments: argparse.Namespace) -> None:
    current = tags.of(workspace, arguments.name)
    old = current.tags if current else Tags()
    construction, tendency, domain = old.construction, old.tendency, old.domain
    if arguments.construction is not None:
        construction = tuple(naming.listed(arguments.construction))
    if arguments.tendency is not None:
        tendency_words = [word.partition(":") for word in naming.listed(arguments.tendency)]
        tendency = tuple(word.strip() for word, _, _ in tendency_words)
        domain = next((free.strip() for word, _, free in tendency_words if word.strip() == "domain"), "")
    tags.write(workspace, arguments.name, Tags(construction, tendency, domain), arguments.who)


def _line(dataset: Tagged) -> tuple[object, ...]:
    tendency = [f"{tag}:{dataset.tags.domain}" if tag == "domain" else tag for tag in dataset.tags.tendency]
    turns = f"{dataset.kind_of_turns}, {dataset.turns:.1f} each"
    hint = f"{tags.words(dataset.suggestion.tags) or 'none'}? {dataset.suggestion.why}" if dataset.suggestion else ""
    return dataset.name, dataset.samples, "+".join(dataset.tags.construction), "+".join(tendency), turns, hint


def _show_overlap(overlap: Overlap, json: bool) -> None:
    if json:
        terminal.json_line(overlap_json(overlap))
        return
    for name, other, count in overlap.pairs:
        print(f"{count:,} of {name} are also in {other}")
    if not overlap.pairs:
        print("No dataset has a sample of another one, as far as duplicates were looked for.")


def overlap_json(overlap: Overlap) -> list[JsonObject]:
    """What datasets have in common, one object per pair and direction."""
    sizes = dict(zip(overlap.names, overlap.samples, strict=True))
    return [
        {"dataset": name, "also_in": other, "samples": count, "of": sizes[name]} for name, other, count in overlap.pairs
    ]
