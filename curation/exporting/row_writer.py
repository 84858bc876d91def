"""Writes the rows of a split: as they came or in another format, their images named, copied or inside the rows."""

from __future__ import annotations

import copy
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

import orjson
import polars as pl

from curation.common.progress import CountProgress
from curation.containers import registry as containers
from curation.exporting import conversion, output_parts, preferences
from curation.exporting.conversion import LeftBehind
from curation.exporting.field_loss import NotedShapes, Shapes
from curation.exporting.form import Form, target_of
from curation.exporting.image_files import COPY, FOLDER, REFERENCE, ImageFiles
from curation.exporting.output_parts import OutputPart
from curation.formats import registry
from curation.formats.contract import Format, RowFile
from curation.formats.conversation import Conversation, SpanVerdict
from curation.images import inline
from curation.images.inline import Pictures
from curation.publishing.row_types import RowTypes
from curation.recipes import edits
from curation.recipes.edits import Edits
from curation.workspace import Workspace
from storage import samples

CHUNK = 20_000
"""Rows that are in memory at once while they are written."""


@dataclass(frozen=True)
class ExportDecisions:
    """What people changed: edits by sample key and turn, verdicts on spans by sample key, samples by verdict."""

    edits: Mapping[str, Edits]
    spans: Mapping[str, tuple[SpanVerdict, ...]]
    verdicts: Mapping[str, str]
    splits: Mapping[str, str] = field(default_factory=dict)
    """The split of each sample with a verdict; the first one for those that are not named."""


@dataclass(frozen=True)
class WrittenPart:
    """Rows of one split that were written alike: their files, and what the part is of (a kind of preferences, else the
    dataset whose rows came in a way of their own, else ""). `format` is that of the rows, "" where there are none, and
    `row_file` what a trainer has to be told of them."""

    name: str
    split: str
    of: str
    files: tuple[Path, ...]
    rows: int
    container: str
    types: RowTypes
    format: str
    row_file: RowFile


@dataclass(frozen=True)
class Written:
    """The parts in order, files that stand beside them, and how many images and videos are not there."""

    parts: tuple[WrittenPart, ...]
    companions: tuple[Path, ...] = ()
    missing_images: int = 0
    left_behind: Mapping[str, LeftBehind] = field(default_factory=dict)
    shapes: Shapes = field(default_factory=lambda: NotedShapes().shapes())
    """Those of the rows that were converted."""


def write(
    workspace: Workspace,
    splits: Mapping[str, Sequence[int]],
    decided: ExportDecisions,
    folder: Path,
    form: Form,
    progress: CountProgress,
) -> Written:
    """Writes samples into files in `folder` called SPLIT or SPLIT-DATASET.

    Args:
        workspace: Open workspace.
        splits: Numbers of the samples in row order, by the name of their split.
        decided: What people changed and said.
        folder: Folder of the rows, which exists.
        form: Format, images and preference files.
        progress: Called with the number of rows done.

    Returns:
        What was written.

    Raises:
        UnknownFormatError: The format cannot be written.
        OSError: The disk does not take it.
    """
    work = ExportRun(workspace, decided, folder, form, progress)
    target = target_of(form)
    if target and target.takes_root and form.images == REFERENCE:
        work.images.root = output_parts.common_root(workspace, splits, work.images)
    parts = output_parts.parts(workspace, splits, target_of(form), form.images == COPY)
    written: list[WrittenPart] = []
    first = next(iter(splits), "")
    for split, numbers in splits.items():
        written += [_write_part(work, part) for part in parts if part.split == split]
        for kind in form.preferences:
            written.append(_preferences(_deciding(work, split, first), kind, numbers, split))
    companions = [*_write_companion_files(written, folder), *_images_apart(work, splits)]
    return Written(tuple(written), tuple(companions), work.images.missing, work.left_behind, work.shapes.shapes())


def _write_part(work: ExportRun, part: OutputPart) -> WrittenPart:
    row_format = part.target or part.came
    types = RowTypes()
    as_written = part.container.as_written
    texts = types.noting(work.texts(part), as_written and (lambda text: as_written(text, part.envelope)))
    files = part.container.write(texts, work.folder, part.name, part.envelope, work.pictures)
    if part.target is None and part.container.images_beside:
        work.copy_images(part.numbers, work.folder / part.name)
    elif part.target is None and work.form.images == COPY:
        work.copy_images(part.numbers, work.folder / FOLDER / part.images)
    row_file = _row_file(work, part.name, part.split, files, types, work.root_of(part))
    form = row_format.name if row_format and files else ""
    return WrittenPart(
        part.name, part.split, part.of, tuple(files), types.rows, part.container.name, types, form, row_file
    )


def _row_file(
    work: ExportRun, name: str, split: str, files: Sequence[Path], types: RowTypes, root: str, kind: str = ""
) -> RowFile:
    path = files[0].relative_to(work.folder).as_posix() if files else ""
    if len(files) > 1 and files[0].suffix == ".tar":
        path = path.replace("000000.tar", f"{{000000..{len(files) - 1:06d}}}.tar")
    elif len(files) > 1:
        path = f"{name}/{files[0].name}"
    members = frozenset(types.members)
    return RowFile(name=name, split=split, path=path, rows=types.rows, members=members, root=root, kind=kind)


class ExportRun:
    """What all parts of one export share; `missing` counts images that are not there to be copied."""

    def __init__(
        self, workspace: Workspace, decided: ExportDecisions, folder: Path, form: Form, progress: CountProgress
    ) -> None:
        self.workspace, self.decided, self.folder, self.form, self.progress = (
            workspace, decided, folder, form, progress,
        )  # fmt: skip
        self.pictures = Pictures(workspace.kept_images)
        self.images = ImageFiles(folder, form.images, workspace.kept_images)
        self.left_behind: dict[str, LeftBehind] = {}
        self.shapes = NotedShapes()
        self._done = 0

    def texts(self, part: OutputPart) -> Iterator[str]:
        """The rows of a part as JSON text, with tokens where pictures are."""
        return (text for _, text in self.rows(part, part.numbers))

    def rows(self, part: OutputPart, going: Sequence[int]) -> Iterator[tuple[int, str]]:
        """The rows of a part.

        Args:
            part: Its samples are written.
            going: All samples that go out: rows that name one another keep the names of these.

        Yields:
            The sample and the text of each row, as JSON with tokens where pictures are.
        """
        present = _related(self.workspace, going) if part.target is None else {}
        for frame in self.chunks(part.numbers):
            if part.target is None:
                yield from self._as_they_came(frame, part, present)
            else:
                yield from self._converted(frame, part.target)
            self._done += frame.height
            self.progress(self._done)

    def chunks(self, numbers: Sequence[int]) -> Iterator[pl.DataFrame]:
        """sample_no, key, format and raw (tokens sealed), some thousand rows at a time, in row order."""
        for start in range(0, len(numbers), CHUNK):
            frame = samples.rows(self.workspace.store, numbers[start : start + CHUNK])
            if frame["raw"].str.contains(inline.TOKEN, literal=True).any():
                raw = [inline.sealed(*row) for row in frame.select("raw", "home").iter_rows()]
                frame = frame.with_columns(raw=pl.Series(raw, dtype=pl.String))
            yield frame

    def edited(self, key: str, form: str, raw: str) -> str:
        """The row with what people changed in it."""
        changed = self.decided.edits.get(key)
        return edits.apply(raw, changed, form) if changed else raw

    def _as_they_came(
        self, frame: pl.DataFrame, part: OutputPart, present: Mapping[str, frozenset[str]]
    ) -> Iterator[tuple[int, str]]:
        touched = self.decided.edits.keys() | self.decided.spans.keys()
        for number, key, form, raw, root in frame.select("sample_no", *_COLUMNS, "images_root").iter_rows():
            if self.form.images == COPY and '"video' in raw:
                for video in read(form, raw).videos:
                    self.images.copy_video(video, root, self.folder / FOLDER / part.images)
            is_unchanged = key not in touched and form not in present
            yield number, raw if is_unchanged else self._original(key, form, raw, present)

    def _original(self, key: str, form: str, raw: str, present: Mapping[str, frozenset[str]]) -> str:
        text = self.edited(key, form, raw)
        spans = self.decided.spans.get(key, ()) if key not in self.decided.edits else ()
        row_format = registry.named(form)
        if form not in present and not (spans and row_format.judged):
            return text
        row = orjson.loads(text)
        if row_format.prune and form in present:
            changed = row_format.prune(row, present[form])
        else:
            changed = row_format.judged(row, spans) if row_format.judged else row
        return text if changed is row else orjson.dumps(changed).decode()

    def _converted(self, frame: pl.DataFrame, target: Format) -> Iterator[tuple[int, str]]:
        assert target.write is not None
        named = self.names(frame["sample_no"].to_list(), target)
        columns = frame.select("sample_no", *_COLUMNS, "images_root", "dataset")
        formats = {form: registry.named(form) for form in frame["format"].unique()}
        for number, key, form, raw, root, dataset in columns.iter_rows():
            row_format = formats[form]
            row = row_format.parse(raw)
            conversation = row_format.read(row)
            self.shapes.note(dataset, form, raw, row, conversation)
            if key in self.decided.edits:
                conversation = read(form, self.edited(key, form, raw))
            conversation = conversion.prepared(self._with_verdicts(key, conversation), target)
            if conversation.videos:
                videos = tuple([self.images.video(video, root) for video in conversation.videos])
                conversation = replace(conversation, videos=videos)
            if target.prune:  # its rows name one another, so that each needs a name of its own
                conversation = replace(conversation, source_id=key)
            images = tuple([named.get(number, {}).get(ref, ref) for ref in conversation.images])
            new_rows = target.write(conversation, images)
            for new_row in new_rows:
                yield number, orjson.dumps(new_row).decode()
            if not new_rows:
                reason = conversion.reason(replace(conversation, images=images), target)
                self.left_behind[key] = LeftBehind(dataset, reason)

    def conversation(self, key: str, form: str, raw: str) -> Conversation:
        """The row as a conversation; where its own verdict on a span and a person's meet, the person's counts."""
        return self._with_verdicts(key, read(form, raw))

    def _with_verdicts(self, key: str, conversation: Conversation) -> Conversation:
        spans = self.decided.spans.get(key, ()) if key not in self.decided.edits else ()
        if not spans and not conversation.spans:
            return conversation
        verdicts = {(span.turn, span.start, span.end): span for span in (*conversation.spans, *spans)}
        return replace(conversation, spans=tuple(sorted(verdicts.values())))

    def root_of(self, part: OutputPart) -> str:
        """The folder that a part's rows name their images from, as a `RowFile` says it."""
        if part.target is not None:
            return self.images.root or ""
        if part.container.images_beside:
            return part.name
        return f"{FOLDER}/{part.images}".rstrip("/") if self.form.images == COPY else part.root

    def names(self, numbers: Sequence[int], target: Format) -> dict[int, dict[str, str]]:
        """How each sample's images are named in a row of another format, by their reference."""
        names: dict[int, dict[str, str]] = {}
        pictures = samples.pictures(self.workspace.store, numbers).filter(pl.col("found_by") != "video_frame")
        for row in pictures.iter_rows(named=True):
            ref = inline.sealed_ref(row["ref"], row["home"])
            names.setdefault(row["sample_no"], {})[ref] = self.images.name({**row, "ref": ref}, target)
        return names

    def copy_images(self, numbers: Sequence[int], home: Path) -> None:
        """Puts the images of rows that stay as they came into a folder, under the names that the rows give them."""
        for start in range(0, len(numbers), CHUNK):
            chunk = samples.pictures(self.workspace.store, numbers[start : start + CHUNK])
            for row in chunk.unique("ref", maintain_order=True).iter_rows(named=True):
                self.images.copy_as_named(row, home)


_COLUMNS = ("key", "format", "raw")


def read(form: str, raw: str) -> Conversation:
    """Reads a stored row as a conversation.

    Args:
        form: Name of the row's format.
        raw: The row's JSON text.

    Returns:
        The conversation as imported.
    """
    row_format = registry.named(form)
    return row_format.read(row_format.parse(raw))


def _related(workspace: Workspace, numbers: Sequence[int]) -> dict[str, frozenset[str]]:
    """Names of the rows that go out, by format, for the formats whose rows name one another."""
    needing = [name for name, dataset_format in registry.formats().items() if dataset_format.prune]
    return samples.source_ids(workspace.store, numbers, needing)


def _write_companion_files(written: Sequence[WrittenPart], folder: Path) -> list[Path]:
    """What trainers want beside the rows, one file of each format for all splits."""
    paths = []
    for name in dict.fromkeys(part.format for part in written if part.format):
        companion_files = registry.named(name).companion_files
        row_files = [part.row_file for part in written if part.format == name]
        for file_name, data in companion_files(row_files).items() if companion_files else ():
            (folder / file_name).write_bytes(data)
            paths.append(folder / file_name)
    return paths


def _deciding(work: ExportRun, split: str, first: str) -> ExportRun:
    """The same export with the verdicts of one split only."""
    verdicts, splits = work.decided.verdicts, work.decided.splits
    within = {key: verdict for key, verdict in verdicts.items() if splits.get(key, first) == split}
    work_of_split = copy.copy(work)
    work_of_split.decided = replace(work.decided, verdicts=within)
    return work_of_split


def _images_apart(work: ExportRun, splits: Mapping[str, Sequence[int]]) -> list[Path]:
    """The file of all splits' images in base64 by id, where rows only name them; each picture once."""
    if not ((target := target_of(work.form)) and target.images_apart):
        return []
    rows, envelope = work.images.by_id(_pictures(work, splits)), {"before": "{", "after": "}\n"}
    return containers.kinds()["members"].write(rows, work.folder, "images", envelope, work.pictures)


def _pictures(work: ExportRun, splits: Mapping[str, Sequence[int]]) -> Iterator[pl.DataFrame]:
    """The pictures of all samples, some thousand samples at a time."""
    for numbers in splits.values():
        for start in range(0, len(numbers), CHUNK):
            yield samples.pictures(work.workspace.store, numbers[start : start + CHUNK])


def _preferences(work: ExportRun, kind: str, numbers: Sequence[int], split: str) -> WrittenPart:
    """Pairs or labels, in the format of the split or, where that has none, in JSON Lines of ms-swift."""
    target = target_of(work.form) or registry.named("swift")
    row_format = target if {"dpo": target.dpo, "kto": target.kto}[kind] else registry.named("swift")
    types = RowTypes()
    container = containers.kinds()[row_format.containers[0]]
    shape = {"shape": row_format.shapes[kind]} if kind in row_format.shapes else {}
    name = f"{split}-{kind}"
    texts = types.noting(preferences.rows(work, row_format, kind, numbers))
    files = container.write(texts, work.folder, name, shape, work.pictures)
    row_file = _row_file(work, name, split, files, types, work.images.root or "", kind)
    form = row_format.name if files else ""
    return WrittenPart(name, split, kind, tuple(files), types.rows, container.name, types, form, row_file)
