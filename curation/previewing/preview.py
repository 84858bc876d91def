"""What an import would make of a file: format, first conversations with their pictures, outcomes of the first rows."""

from __future__ import annotations

import contextlib
import tempfile
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

import orjson

from curation.archives.image_resolver import MISSING, ImageLookup, Resolver
from curation.common.errors import WinnowError
from curation.containers import row_parser
from curation.containers.container import DatasetSource, RawRow, UnreadableFileError
from curation.containers.row_parser import ParsedRow
from curation.formats import column_mapping
from curation.formats.contract import Format
from curation.formats.conversation import Conversation, MessagePair, RejectedRowError, pairs
from curation.images import inline, probe
from curation.images.inline import Pictures
from curation.importing import (
    column_guess,
    image_roots,
    kept_mappings,
    lint,
    meta_files,
    packages,
    recognition,
    remote_copies,
    uploads,
)
from curation.importing.image_roots import ImageRootError
from curation.importing.importer import FIRST_ROWS
from curation.importing.options import DEFAULTS, ImportOptions
from curation.importing.packages import UploadError
from curation.importing.recognition import UnrecognisedError
from curation.importing.remote_copies import CopyError, LocalCopy
from curation.previewing import file_head, near_formats
from curation.previewing.file_head import FileHead
from curation.previewing.near_formats import NearFormat
from scoring import remote_files
from scoring.addresses import FileAddress, FilePlace
from scoring.damage import raise_machine_error
from scoring.plain_files import plain
from scoring.remote_files import RemoteError

SHOWN = 6
"""Rows that are shown with their pictures."""
PICTURES = 4
"""Pictures of a row that are shown."""
MOST_FILES = 20_000
"""Files of an image folder above which it is not listed for pictures that are not where the rows say."""
LARGEST_META = 1 << 20
LARGEST_PACKAGE = 64 << 20
"""Bytes of a zip or tar above which it is not unpacked for a preview."""
LONGEST_VALUE = 200
"""Characters of a value that are shown as it is."""


class PreviewError(WinnowError):
    """The file cannot be looked at; the message says why."""


@dataclass(frozen=True)
class PreviewPicture:
    """A picture of a row: a small JPEG of it, or None with what became of the reference (as `ImageLookup.by`)."""

    ref: str
    outcome: str
    thumbnail: bytes | None


@dataclass(frozen=True)
class PreviewRow:
    """A row as an import would read it: its turns and pictures, or the outcome that leaves it out; kinds of lint."""

    number: int
    outcome: str
    detail: str = ""
    turns: tuple[MessagePair, ...] = ()
    system: str = ""
    pictures: tuple[PreviewPicture, ...] = ()
    more_pictures: int = 0
    lint: tuple[str, ...] = ()


@dataclass(frozen=True)
class ImportPreview:
    """What an import would make of a file, from its first rows.

    Attributes:
        name: The file's name.
        container: Title of its container.
        format_name: Name of the format; "" where it is not clear.
        format_title: What users read for it.
        certainty: How sure that is, in a sentence.
        problem: Why nothing can be imported as things stand; "" where it can.
        choices: Names of formats to choose from, where two fit.
        near: Formats that come near, where none fits.
        rows: The first rows.
        looked_at: Rows that `outcomes`, `lint` and `found_by` count.
        total: Rows of the file; None where that is not cheaply known.
        is_estimate: Whether that is reckoned from the part that was read.
        outcomes: Rows by outcome.
        lint: Rows by kind of lint flag.
        found_by: Image references by how they were found.
        images_root: The folder or archive that image names start from.
        values: The first rows as they are: the beginning of each value by its column.
        columns: The rows' columns, those within objects by dots.
        guessed: The likely column of each role.
        remembered: Whether that is what an earlier import of the same columns used.
        listed: Names of the datasets that a meta file names, of which the first is shown.
    """

    name: str
    container: str
    format_name: str = ""
    format_title: str = ""
    certainty: str = ""
    problem: str = ""
    choices: tuple[str, ...] = ()
    near: tuple[NearFormat, ...] = ()
    rows: tuple[PreviewRow, ...] = ()
    looked_at: int = 0
    total: int | None = None
    is_estimate: bool = False
    outcomes: Mapping[str, int] = field(default_factory=dict)
    lint: Mapping[str, int] = field(default_factory=dict)
    found_by: Mapping[str, int] = field(default_factory=dict)
    images_root: str = ""
    values: tuple[Mapping[str, str], ...] = ()
    columns: tuple[str, ...] = ()
    guessed: Mapping[str, str] = field(default_factory=dict)
    remembered: bool = False
    listed: tuple[str, ...] = ()

    @property
    def is_empty(self) -> bool:
        """True for a file without rows."""
        return self.total == 0


def of_file(path: FilePlace, options: ImportOptions = DEFAULTS, *, workspace: Path | None = None) -> ImportPreview:
    """Looks at the first rows of a file; of text at most 4 MB are read, and nothing is stored.

    Args:
        path: The dataset's file or folder, or its address, or a meta file.
        options: How it is to be imported.
        workspace: Folder of the workspace whose earlier mappings are offered; None for none.

    Returns:
        What an import would make of it.

    Raises:
        PreviewError: It cannot be read at all.
    """
    if isinstance(path, FileAddress):
        return _of_address(path, options, workspace)
    return _of_copy(LocalCopy(path.resolve()), options, workspace)


def _of_address(address: FileAddress, options: ImportOptions, workspace: Path | None) -> ImportPreview:
    """Copies a small file or folder aside, or the beginning of a large text."""
    try:
        with tempfile.TemporaryDirectory(prefix="winnow-") as folder:
            size = remote_files.info(address).size
            if size > LARGEST_PACKAGE:
                path = Path(folder, address.name)
                path.write_bytes(remote_files.read(str(address), 0, file_head.LARGEST_BYTES))
                return _of_copy(LocalCopy(path, address), options, workspace, size)
            with remote_copies.here(Path(folder), address, LARGEST_PACKAGE) as copy:
                return _of_copy(copy, options, workspace)
    except (CopyError, RemoteError) as error:
        raise PreviewError(str(error)) from error


def _of_copy(
    copy: LocalCopy, options: ImportOptions, workspace: Path | None, whole_bytes: int | None = None
) -> ImportPreview:
    path, images = copy.path, options.images
    if _is_package(path):
        return _of_package(path, options, workspace)
    if isinstance(images, Path) and images.is_file() and packages.is_compressed_tar(images.name):
        raise PreviewError(f"{images.name} is not unpacked for a preview; an import unpacks it.")
    try:
        is_small = path.is_file() and path.stat().st_size <= LARGEST_META
        entries = meta_files.entries(path) if is_small else []
        if entries:
            copy, options = LocalCopy(entries[0].path), meta_files.completed(options, entries[0])
        folders = image_roots.candidates(copy.home, options.images)
        with (
            file_head.opened(copy.path, whole_bytes) as head,
            tempfile.TemporaryDirectory(prefix="winnow-") as temporary,
        ):
            listed = tuple(entry.name for entry in entries)
            return _Look(copy, head, options, folders, Path(temporary)).preview(listed, workspace)
    except (UnreadableFileError, ImageRootError, OSError) as error:
        raise_machine_error(error)
        raise PreviewError(str(error)) from error


def _is_package(path: Path) -> bool:
    """Whether an import would unpack the file; a large tar, which is not looked through, is taken for shards."""
    if not path.is_file() or not packages.may_be_package(path.name):
        return False
    if packages.is_zip(path.name) or path.stat().st_size > LARGEST_PACKAGE:
        return packages.is_zip(path.name)
    with plain(path).open("rb") as content:
        return packages.is_package(content, path.name)


def _of_package(path: Path, options: ImportOptions, workspace: Path | None) -> ImportPreview:
    """Unpacks a small zip or tar aside, as an import would unpack it for good."""
    if path.stat().st_size > LARGEST_PACKAGE:
        raise PreviewError(f"{path.name} is too large to be unpacked for a preview; an import unpacks it.")
    with tempfile.TemporaryDirectory(prefix="winnow-") as folder:
        try:
            upload = uploads.from_path(path, Path(folder))
        except UploadError as error:
            raise PreviewError(str(error)) from error
        options = replace(options, images=options.images or upload.images)
        return replace(of_file(upload.path, options, workspace=workspace), name=path.name)


class _Look:
    """One look at a file."""

    def __init__(
        self, copy: LocalCopy, head: FileHead, options: ImportOptions, folders: Sequence[FilePlace], temporary: Path
    ) -> None:
        self._home, self._head, self._options, self._folders = copy.home, head, options, folders
        self._thumbnails = temporary / "thumbnails"
        self._pictures = Pictures(temporary / "kept")
        self._source = DatasetSource(head.path, self._pictures.keep)
        self._outcomes: Counter[str] = Counter()
        self._lint: Counter[str] = Counter()
        self._found_by: Counter[str] = Counter()

    def preview(self, listed: tuple[str, ...], workspace: Path | None) -> ImportPreview:
        raws, total = self._raw_rows()
        values = [parsed.value for parsed in map(self._parsed, raws) if parsed]
        mapping = kept_mappings.find(workspace, values) if workspace else None
        beginning = ImportPreview(
            name=self._home.name,
            container=self._head.container.title,
            total=total,
            is_estimate=self._head.is_cut and total is not None,
            values=tuple(_shortened(value) for value in values[:SHOWN]),
            columns=tuple(column_mapping.paths(values)),
            guessed=mapping.columns if mapping else column_guess.guess(values),
            remembered=mapping is not None,
            looked_at=len(raws),
            listed=listed,
        )
        container = str(self._source.envelope.get("container", self._head.container.name))
        try:
            row_format = recognition.recognise(self._head.path, container, values, self._options)
        except UnrecognisedError as error:
            return replace(beginning, problem=str(error), choices=error.choices, near=near_formats.find(values))
        root = image_roots.choose(self._home, self._folders, self._refs(row_format, values))
        resolver = Resolver(
            root,
            beside=image_roots.beside(self._home),
            follow_links=self._options.follow_links,
            most_files=MOST_FILES,
        )
        rows = [self._row(number, raw, row_format, resolver) for number, raw in enumerate(raws)]
        return replace(
            beginning,
            format_name=row_format.name,
            format_title=row_format.title,
            certainty=self._certainty(row_format, values),
            rows=tuple(rows[:SHOWN]),
            outcomes=dict(self._outcomes.most_common()),
            lint=dict(self._lint.most_common()),
            found_by=dict(self._found_by.most_common()),
            images_root=str(root),
        )

    def _raw_rows(self) -> tuple[list[RawRow], int | None]:
        """The first rows, and how many there are in all where that is cheaply known."""
        first: list[RawRow] = []
        count, size, waiting = 0, 0, None
        for raw in self._head.container.read(self._source):
            if waiting is not None and len(first) < FIRST_ROWS:
                first.append(waiting)
            waiting, count, size = raw, count + 1, size + (raw.read or len(raw.data))
            if self._head.share is None and (count > FIRST_ROWS or size > file_head.LARGEST_BYTES):
                return (first or [raw]), self._stored_count()
        if waiting is not None and not self._head.is_cut and len(first) < FIRST_ROWS:  # the cut may go through the last
            first.append(waiting)
        if not self._head.is_cut:
            return first, self._head.rows if self._head.rows is not None else count
        return first, round((count - 1) / self._head.share) if self._head.share else None

    def _stored_count(self) -> int | None:
        """The number of rows that binary files say of themselves."""
        if self._head.rows is not None:
            return self._head.rows
        count = self._head.container.count
        return count(self._head.path) if count else None

    def _parsed(self, raw: RawRow) -> ParsedRow | None:
        with contextlib.suppress(RejectedRowError):
            return None if raw.problem else self._parse(raw, None)
        return None

    def _parse(self, raw: RawRow, row_format: Format | None) -> ParsedRow:
        loads = row_format.loads if row_format else None
        return row_parser.parse(raw, self._pictures.keep, loads, self._head.container.lifts)

    def _refs(self, row_format: Format, values: Sequence[object]) -> Iterator[str]:
        for value in values:
            with contextlib.suppress(RejectedRowError):
                yield from (ref for ref in row_format.read(value).images if not inline.is_token(ref))

    def _certainty(self, row_format: Format, values: Sequence[object]) -> str:
        if self._options.mapping:
            return "Read as the columns are mapped."
        if self._options.format_name:
            return "Read as the format that you chose."
        known_count = sum(map(row_format.recognise, values))
        some = f"{known_count} of the first {len(values)} rows" if known_count < len(values) else "all rows looked at"
        return f"A guess by the columns' names: {some} fit." if row_format.general else f"Recognised: {some} fit."

    def _row(self, number: int, raw: RawRow, row_format: Format, resolver: Resolver) -> PreviewRow:
        if raw.problem:
            return self._rejected(number, raw.problem, raw.detail)
        try:
            parsed = self._parse(raw, row_format)
            conversation = row_format.read(parsed.value)
        except RejectedRowError as error:
            return self._rejected(number, error.outcome, str(error))
        turns = pairs(conversation.messages)
        flags = lint.conversation(conversation, turns, row_format.of(parsed.value).marks_images, parsed.repeated)
        flags += lint.not_numbers(parsed.not_numbers)
        lookups = [(ref, self._resolve(ref, resolver)) for ref in conversation.images]
        pictures = tuple(self._picture(*lookup) for lookup in lookups[:PICTURES]) if number < SHOWN else ()
        outcomes = [picture.outcome for picture in pictures] + [lookup.by for _, lookup in lookups[len(pictures) :]]
        kinds = [flag.kind for flag in flags]
        for (ref, lookup), outcome in zip(lookups, outcomes, strict=True):
            self._found_by[lookup.by] += 1
            kinds += [flag.kind for flag in [lint.image(outcome, ref, "")] if flag]
        return self._imported(number, conversation, turns, pictures, len(lookups), tuple(dict.fromkeys(kinds)))

    def _imported(
        self,
        number: int,
        conversation: Conversation,
        turns: Sequence[MessagePair],
        pictures: tuple[PreviewPicture, ...],
        image_count: int,
        kinds: tuple[str, ...],
    ) -> PreviewRow:
        outcome = "imported_with_lint" if kinds else "imported"
        self._outcomes[outcome] += 1
        self._lint.update(kinds)
        more = image_count - len(pictures)
        return PreviewRow(
            number, outcome, "", tuple(turns), conversation.system, pictures, more_pictures=more, lint=kinds
        )

    def _rejected(self, number: int, outcome: str, detail: str) -> PreviewRow:
        self._outcomes[outcome] += 1
        return PreviewRow(number, outcome, detail)

    def _resolve(self, ref: str, resolver: Resolver) -> ImageLookup:
        if inline.is_token(ref):
            return ImageLookup(self._pictures.path(ref), "embedded")
        if not ref.startswith("data:"):
            return resolver.find(ref)
        data = inline.decodes(ref)
        locator = self._pictures.keep(data, inline.extension_of(data)) if data else None
        return ImageLookup(self._pictures.where(locator), "embedded") if locator else MISSING

    def _picture(self, ref: str, lookup: ImageLookup) -> PreviewPicture:
        named = "inside the row" if inline.is_token(ref) or ref.startswith("data:") else ref[:200]
        if lookup.path is None:
            return PreviewPicture(named, lookup.by, None)
        facts = probe.examine(lookup.path, self._thumbnails)
        path = probe.thumbnail_path(self._thumbnails, facts.content_hash)
        is_good = facts.outcome == "ok" and path.exists()
        return PreviewPicture(named, facts.outcome, path.read_bytes() if is_good else None)


def _shortened(value: object) -> dict[str, str]:
    """The beginning of each value of a row as text."""
    row = value if isinstance(value, dict) else {"": value}
    return {str(name): _beginning(member) for name, member in row.items()}


def _beginning(member: object) -> str:
    if isinstance(member, str):
        return "(picture)" if inline.is_token(member) else member[:LONGEST_VALUE]
    return inline.unsealed(orjson.dumps(member, default=str).decode())[:LONGEST_VALUE]
