"""The first rows of an export as they will be written, and what their readers will see in them."""

from __future__ import annotations

import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import orjson
import polars as pl

from curation.common.counts import counted
from curation.exporting import output_parts, preferences, row_writer
from curation.exporting.form import Form, target_of
from curation.exporting.image_files import COPY, FOLDER, PACK, REFERENCE
from curation.exporting.output_parts import OutputPart
from curation.exporting.row_writer import ExportDecisions, ExportRun
from curation.formats import registry
from curation.formats.contract import Format
from curation.formats.conversation import MessagePair, RejectedRowError, pairs
from curation.images import inline
from curation.recipes.recipe import TRAIN
from curation.workspace import Workspace
from scoring.json_types import JsonObject
from storage import samples

LONGEST_TEXT = 1_200
"""Characters of one text of a row that are shown."""


@dataclass(frozen=True)
class WrittenPicture:
    """A picture of a written row: what the row calls it, and its number; None where no file stands behind it."""

    name: str
    image_no: int | None


@dataclass(frozen=True)
class WrittenRow:
    """A row as it will be written: `text` is JSON with its pictures named and its longest texts cut.

    `system`, `turns`, `pictures` and `videos` are what the format's readers see, or `problem` why they cannot.
    """

    sample_no: int
    key: str
    format: str
    text: str
    system: str = ""
    turns: tuple[MessagePair, ...] = ()
    pictures: tuple[WrittenPicture, ...] = ()
    videos: tuple[str, ...] = ()
    problem: str = ""


def rows(
    workspace: Workspace, going: Sequence[int], preview_numbers: Sequence[int], decided: ExportDecisions, form: Form
) -> list[WrittenRow]:
    """Shows how some samples will be written; nothing stays on the disk.

    Args:
        workspace: Open workspace.
        going: Numbers of all samples that go out, in row order.
        preview_numbers: Numbers of those that are shown, in row order.
        decided: What people changed and said.
        form: Format and images.

    Returns:
        Their rows, as many as the format makes of them.

    Raises:
        UnknownFormatError: The format cannot be written.
    """
    target = target_of(form)
    keys = (
        dict(samples.rows(workspace.store, preview_numbers).select("sample_no", "key").iter_rows())
        if preview_numbers
        else {}
    )
    with tempfile.TemporaryDirectory() as temporary:
        run = ExportRun(workspace, decided, Path(temporary), form, lambda _: None)
        if target and target.takes_root and form.images == REFERENCE:
            run.images.root = output_parts.common_root(workspace, {TRAIN: going}, run.images)
        return [
            _seen(number, keys[number], text, row_format, numbers.get(number, {}))
            for part in output_parts.parts(workspace, {TRAIN: preview_numbers}, target, form.images == COPY)
            if (row_format := part.target or part.came)
            for numbers in [_image_numbers(run, part)]
            for number, text in run.rows(part, going)
        ]


def files(
    workspace: Workspace, preview_numbers: Sequence[int], form: Form, splits: Sequence[str] = (TRAIN,)
) -> list[str]:
    """Names the files and folders with rows and images.

    Args:
        workspace: Open workspace.
        preview_numbers: Numbers of samples, some of each dataset, in row order.
        form: Format and images.
        splits: Names of the splits.

    Returns:
        Names below the folder of the data, a folder's with a slash.
    """
    nothing = ExportDecisions({}, {}, {})
    with tempfile.TemporaryDirectory() as temporary:
        folder = Path(temporary)
        named = replace(form, images=REFERENCE)
        row_writer.write(workspace, dict.fromkeys(splits, preview_numbers), nothing, folder, named, lambda _: None)
        names = sorted(path.name for path in folder.iterdir() if path.is_file())
        folders = {f"{path.name}/" for path in folder.iterdir() if path.is_dir()}
    return names + sorted(folders | ({f"{FOLDER}/"} if form.images == COPY else set()))


def preference_rows(workspace: Workspace, numbers: Sequence[int], decided: ExportDecisions, kind: str) -> int:
    """Counts the rows of a preference file.

    Args:
        workspace: Open workspace.
        numbers: Numbers of the samples; fast when these are only those that may give one.
        decided: What people changed and said.
        kind: One of `preferences.KINDS`.

    Returns:
        Number of rows.
    """
    with tempfile.TemporaryDirectory() as temporary:
        run = ExportRun(workspace, decided, Path(temporary), Form(images=PACK), lambda _: None)
        return sum(1 for _ in preferences.rows(run, registry.named("swift"), kind, numbers))


def _image_numbers(run: ExportRun, part: OutputPart) -> dict[int, dict[str, int | None]]:
    """The number of each picture by what its sample's row calls it; None without a file."""
    names = run.names(part.numbers, part.target) if part.target else {}
    pictures = samples.pictures(run.workspace.store, part.numbers).filter(pl.col("found_by") != "video_frame")
    numbers: dict[int, dict[str, int | None]] = {}
    for row in pictures.iter_rows(named=True):
        ref = inline.sealed_ref(row["ref"], row["home"])
        numbers.setdefault(row["sample_no"], {})[names.get(row["sample_no"], {}).get(ref, ref)] = row["image_no"]
    return numbers


def _seen(number: int, key: str, text: str, row_format: Format, numbers: Mapping[str, int | None]) -> WrittenRow:
    row: JsonObject = orjson.loads(text)
    written = WrittenRow(number, key, row_format.name, readable(row))
    try:
        conversation = row_format.read(row_format.parse(text))
    except RejectedRowError as error:
        return replace(written, problem=str(error))
    in_order = list(numbers.values())
    fits = len(conversation.images) == len(in_order)
    pictures = (
        WrittenPicture(_short(image), numbers.get(image, in_order[position] if fits else None))
        for position, image in enumerate(conversation.images)
    )
    return replace(
        written, system=conversation.system or "", turns=tuple(pairs(conversation.messages)),
        pictures=tuple(pictures), videos=conversation.videos,
    )  # fmt: skip


def readable(row: object) -> str:
    """A row as indented JSON with its pictures named and its longest texts cut."""
    return orjson.dumps(_shortened(row), option=orjson.OPT_INDENT_2).decode()


def _shortened(value: object) -> object:
    if isinstance(value, str):
        return _short(value)
    if isinstance(value, list):
        return [_shortened(element) for element in value]
    if isinstance(value, dict):
        return {name: _shortened(element) for name, element in value.items()}
    return value


def _short(text: str) -> str:
    if inline.is_token(text):
        return "(the picture)"
    return text if len(text) <= LONGEST_TEXT else f"{text[:LONGEST_TEXT]} … {counted(len(text), 'character')}"
