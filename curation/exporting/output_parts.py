"""Which files the rows of an export go into: one per split, and one more for each other way in which rows came."""

from __future__ import annotations

import itertools
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import orjson

from curation.containers import registry as containers
from curation.containers.container import Container, Envelope
from curation.exporting import preferences
from curation.exporting.image_files import WEB, ImageFiles
from curation.formats import registry
from curation.formats.contract import Format
from curation.images import inline
from curation.workspace import Workspace, roots
from storage import datasets, samples

CHUNK = 20_000
"""Rows whose images are looked at together."""
_ODD_CHARACTERS = re.compile(r"[^\w.-]+")


@dataclass(frozen=True)
class OutputPart:
    """Samples that go into one file: their dataset's container and what stood around its rows.

    `of` says whose rows they are where not all came alike. `target` is the format to convert to, `came` the one of rows
    that stay as they came; `root` is where their images lie if that is one folder, `images` the folder of their copies.
    """

    name: str
    split: str
    of: str
    numbers: Sequence[int]
    container: Container
    envelope: Envelope
    target: Format | None
    came: Format | None = None
    root: str = ""
    images: str = ""


def parts(
    workspace: Workspace, splits: Mapping[str, Sequence[int]], target: Format | None, copies_images: bool
) -> list[OutputPart]:
    """One file of a split for all when they are converted or came alike, else one for each way that they came.

    Args:
        workspace: Open workspace.
        splits: Numbers of the samples in row order, by the name of their split.
        target: Format to convert to, None for rows as they came.
        copies_images: True where images of two folders must not meet in one.

    Returns:
        The parts, all splits of one kind of rows after each other.
    """
    datasets_by_number = {row["dataset_no"]: row for row in datasets.listing(workspace.store).iter_rows(named=True)}
    used = {split: samples.dataset_of(workspace.store, numbers) for split, numbers in splits.items()}
    occurring = dict.fromkeys(number for numbers in used.values() for number in numbers)
    if target is not None:
        container = containers.kinds()[target.containers[0]]
        text_around: Envelope = dict(target.envelope) | ({"shape": target.shapes[""]} if "" in target.shapes else {})
        return [
            OutputPart(split, split, "", numbers, container, text_around, target) for split, numbers in splits.items()
        ]
    groups: dict[tuple[str, ...], list[int]] = {}
    for number in occurring:
        dataset = datasets_by_number[number]
        images = dataset["images_root"] if copies_images else ""
        groups.setdefault((dataset["layout"], dataset["envelope"] or "{}", dataset["format"], images), []).append(
            number
        )
    written: list[OutputPart] = []
    used_names = set(preferences.KINDS)
    for (layout, envelope, *_), members in groups.items() or [(("list", "{}"), [])]:
        within = set(members)
        came = registry.find(datasets_by_number[members[0]]["format"]) if members else None
        roots = {datasets_by_number[number]["images_root"] for number in members}
        root = roots.pop() if len(roots) == 1 else ""
        of = _distinct(datasets_by_number[members[0]]["name"], used_names) if len(groups) > 1 else ""
        for split, numbers in splits.items():
            part_numbers = [sample for sample, number in zip(numbers, used[split], strict=True) if number in within]
            if not part_numbers and of:
                continue
            name = f"{split}-{of}" if of else split
            container = containers.kinds()[layout]
            written.append(
                OutputPart(
                    name, split, of, part_numbers, container, orjson.loads(envelope), None, came, root, images=of
                )
            )
    return written


def common_root(workspace: Workspace, splits: Mapping[str, Sequence[int]], images: ImageFiles) -> str | None:
    """Finds the one folder from which all images can be named where they are.

    Args:
        workspace: Open workspace.
        splits: Numbers of the samples, by the name of their split.
        images: Says which images lie in files of their own.

    Returns:
        The folder; None where one image lies inside another file, or images below several folders.
    """
    common: set[str] = set()
    chunks = (numbers[start : start + CHUNK] for numbers in splits.values() for start in range(0, len(numbers), CHUNK))
    for numbers in chunks:
        pictures = samples.pictures(workspace.store, numbers)
        for ref, where, root in pictures.select("ref", "path", "images_root").unique().drop_nulls("path").iter_rows():
            if ref.startswith(WEB):
                continue
            if inline.TOKEN in ref or not images.lies_alone(where) or not roots.is_below_any(where, (root,)):
                return None
            common.add(root)
        if len(common) > 1:
            return None
    return common.pop() if common else None


def _distinct(name: str, used_names: set[str]) -> str:
    """The name in characters that files and loaders take, other than those used_names, which it joins."""
    plain_name = _ODD_CHARACTERS.sub("-", name)
    candidates = itertools.chain([plain_name], (f"{plain_name}-{number}" for number in itertools.count(2)))
    distinct = next(candidate for candidate in candidates if candidate not in used_names)
    used_names.add(distinct)
    return distinct
