"""Writes the rows of a split: as they came or in another format, their images named, copied or inside the rows."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path, PurePosixPath
from types import ModuleType
from typing import Any

import orjson
import polars as pl

from curation import converting, edits, preferences
from curation.containers import registry as containers
from curation.edits import Edits
from curation.embedded import Pictures, is_token, token
from curation.formats import registry
from curation.formats.conversation import Conversation, SpanVerdict
from curation.resolver import Resolver
from curation.workspace import Workspace
from scoring.image import locator
from storage import datasets, samples

ORIGINAL = "original"
"""Every row in the format and the kind of file that it came in, word for word but for people's edits."""
REFERENCE, COPY, PACK = IMAGES = ("reference", "copy", "pack")
"""Images named as the rows name them, copied into `images/`, or put into the rows themselves."""
FOLDER = "images"
CHUNK = 20_000
"""Rows that are in memory at once while they are written."""

Progress = Callable[[int], None]


@dataclass(frozen=True)
class Form:
    """How a split is written: the format's name or ORIGINAL, one of IMAGES, and any of `preferences.KINDS`."""

    format: str = ORIGINAL
    images: str = REFERENCE
    preferences: tuple[str, ...] = ()


@dataclass(frozen=True)
class Decided:
    """What people changed: edits by sample key and turn, verdicts on spans by sample key, samples by verdict."""

    edits: Mapping[str, Edits]
    spans: Mapping[str, tuple[SpanVerdict, ...]]
    verdicts: Mapping[str, str]


@dataclass(frozen=True)
class Written:
    """The files with rows, in order, the folders beside them, and how many rows each file has."""

    files: tuple[Path, ...]
    rows: Mapping[str, int]
    folders: tuple[str, ...]
    missing_images: int = 0


@dataclass(frozen=True)
class _Part:
    """Samples that go into one file: their dataset's container and what stood around its rows."""

    name: str
    numbers: Sequence[int]
    container: ModuleType
    envelope: Mapping[str, Any]
    target: ModuleType | None
    root: str


def write(
    workspace: Workspace,
    numbers: Sequence[int],
    decided: Decided,
    name: str,
    folder: Path,
    form: Form,
    progress: Progress,
) -> Written:
    """Writes the samples, which are in row order, into files in `folder` called NAME or NAME-DATASET.

    Raises registry.UnknownFormatError for a format that cannot be written, OSError when the disk does not take it.
    """
    work = _Work(workspace, decided, folder, form, progress)
    files: list[Path] = []
    rows: dict[str, int] = {}
    for part in _parts(workspace, numbers, name, form):
        counted = _Counted(work.texts(part))
        made = part.container.write(counted, folder, part.name, part.envelope, work.pictures)
        if hasattr(part.target, "beside"):
            made = [*made, *_beside(part, counted.count, folder, form)]
        files += made
        if part.target is None and getattr(part.container, "IMAGES_BESIDE", False):
            work.copy_images(part.numbers, folder / part.name)
        rows[part.name] = counted.count
    for kind in form.preferences:
        made, count = _preferences(work, kind, numbers, name)
        files.append(made)
        rows[made.stem] = count
    if form.images == COPY:
        work.copy_images(numbers, folder / FOLDER)
    folders = tuple(sorted(one.name for one in folder.iterdir() if one.is_dir()))
    return Written(tuple(files), rows, folders, work.missing)


def target_of(form: Form) -> ModuleType | None:
    """The format to convert to, None for the rows as they came. Raises UnknownFormatError."""
    if form.format == ORIGINAL:
        return None
    module = registry.named(form.format)
    if not hasattr(module, "write"):
        known = ", ".join([ORIGINAL, *registry.writers()])
        raise registry.UnknownFormatError(
            f"{module.FORMAT.title} cannot be written from other formats; choose one of {known}."
        )
    return module


def _parts(workspace: Workspace, numbers: Sequence[int], name: str, form: Form) -> list[_Part]:
    """One file for all when they are converted or came alike, else one for each way that they came."""
    target = target_of(form)
    known = {row["dataset_no"]: row for row in datasets.listing(workspace.store).iter_rows(named=True)}
    used = samples.dataset_of(workspace.store, numbers)
    if target is not None:
        roots = {known[number]["images_root"] for number in set(used)}
        container = containers.modules()[target.FORMAT.containers[0]]
        return [_Part(name, numbers, container, {}, target, roots.pop() if len(roots) == 1 else "")]
    groups: dict[tuple[str, str, str], list[int]] = {}
    for number in dict.fromkeys(used):
        one = known[number]
        groups.setdefault((one["format"], one["layout"], one["envelope"] or "{}"), []).append(number)
    parts = []
    for (_, layout, envelope), members in groups.items() or [(("", "list", "{}"), [])]:
        mine = [sample for sample, number in zip(numbers, used, strict=True) if number in set(members)]
        called = name if len(groups) <= 1 else f"{name}-{known[members[0]]['name']}"
        parts.append(_Part(called, mine, containers.modules()[layout], orjson.loads(envelope), None, ""))
    return parts


class _Work:
    """What all parts of one export share; `missing` counts images that are not there to be copied."""

    def __init__(self, workspace: Workspace, decided: Decided, folder: Path, form: Form, progress: Progress) -> None:
        self.workspace, self.decided, self.folder, self.form, self.progress = (
            workspace, decided, folder, form, progress,
        )  # fmt: skip
        self.pictures = Pictures(workspace.kept_images)
        self.missing = 0
        self._resolvers: dict[str, Resolver] = {}
        self._done = 0

    def texts(self, part: _Part) -> Iterator[str]:
        """The rows of a part as JSON text, with tokens where pictures are."""
        present = _related(self.workspace, part.numbers) if part.target is None else {}
        for frame in self.chunks(part.numbers):
            if part.target is None:
                for key, form, raw, root in frame.select(*_COLUMNS, "images_root").iter_rows():
                    if self.form.images == COPY and '"video' in raw:
                        self._copy_videos(read(form, raw), root)
                    yield self._original(key, form, raw, present)
            else:
                yield from self._converted(frame, part.target)
            self._done += frame.height
            self.progress(self._done)

    def chunks(self, numbers: Sequence[int]) -> Iterator[pl.DataFrame]:
        """sample_no, key, format and raw, some thousand rows at a time, in row order."""
        for start in range(0, len(numbers), CHUNK):
            yield samples.rows(self.workspace.store, numbers[start : start + CHUNK])

    def edited(self, key: str, form: str, raw: str) -> str:
        """The row with what people changed in it."""
        changed = self.decided.edits.get(key)
        return edits.apply(raw, changed, form) if changed else raw

    def _original(self, key: str, form: str, raw: str, present: Mapping[str, frozenset[str]]) -> str:
        text = self.edited(key, form, raw)
        spans = self.decided.spans.get(key, ()) if key not in self.decided.edits else ()
        module = registry.named(form)
        if form not in present and not (spans and hasattr(module, "judged")):
            return text
        row = orjson.loads(text)
        changed = module.prune(row, present[form]) if form in present else module.judged(row, spans)
        return text if changed is row else orjson.dumps(changed).decode()

    def _converted(self, frame: pl.DataFrame, target: ModuleType) -> Iterator[str]:
        named = self.names(frame["sample_no"].to_list(), getattr(target, "PACKS", False))
        for number, key, form, raw, root in frame.select("sample_no", *_COLUMNS, "images_root").iter_rows():
            said = self.conversation(key, form, self.edited(key, form, raw))
            self._copy_videos(said, root)
            said = converting.marked(said) if target.FORMAT.marks_images else converting.unmarked(said)
            for made in target.write(said, tuple(named.get(number, {}).get(ref, ref) for ref in said.images)):
                yield orjson.dumps(made).decode()

    def conversation(self, key: str, form: str, raw: str) -> Conversation:
        """The row as a conversation, with people's verdicts on its spans."""
        said: Conversation = read(form, raw)
        spans = self.decided.spans.get(key, ()) if key not in self.decided.edits else ()
        return replace(said, spans=(*said.spans, *spans))

    def names(self, numbers: Sequence[int], packs: bool = False) -> dict[int, dict[str, str]]:
        """How each sample's images are named in a converted row, by their reference."""
        found: dict[int, dict[str, str]] = {}
        for row in samples.pictures(self.workspace.store, numbers).iter_rows(named=True):
            found.setdefault(row["sample_no"], {})[row["ref"]] = self._name(row, packs)
        return found

    def _name(self, row: Mapping[str, Any], packs: bool) -> str:
        ref, where = row["ref"], row["path"]
        if (packs or self.form.images == PACK) and where:
            return token(f"uri=image/{_subtype(ref, where)};base64", where)
        if is_token(ref):
            return f"{FOLDER}/{self._copied(row['content_hash'], where)}"
        return ref if self.form.images == REFERENCE else _beneath(ref)

    def _copied(self, content_hash: str | None, where: str | None) -> str:
        """Copies a picture that came inside its row, under its hash, and returns its name in the folder."""
        if where is None:
            return "missing"
        name = f"{content_hash}.{_subtype('', where).replace('jpeg', 'jpg')}"
        self._copy(where, self.folder / FOLDER / name)
        return name

    def copy_images(self, numbers: Sequence[int], home: Path) -> None:
        """Puts every image that has a file into the folder, under the name that its row gives it."""
        for start in range(0, len(numbers), CHUNK):
            chunk = samples.pictures(self.workspace.store, numbers[start : start + CHUNK])
            for row in chunk.unique("ref", maintain_order=True).iter_rows(named=True):
                if row["path"] and not is_token(row["ref"]) and "#t=" not in row["ref"]:
                    self._copy(row["path"], home / _beneath(row["ref"]))

    def _copy_videos(self, said: Conversation, root: str) -> None:
        """Puts the row's videos at `images/` and the names that the row gives them."""
        for ref in said.videos if self.form.images == COPY else ():
            resolver = self._resolvers.setdefault(root, Resolver(Path(root)))
            where = resolver.find(ref).path
            if where is None:
                self.missing += 1
            else:
                self._copy(where, self.folder / FOLDER / _beneath(ref))

    def _copy(self, where: str, target: Path) -> None:
        if target.exists():
            return
        target.parent.mkdir(parents=True, exist_ok=True)
        try:
            if locator.file_of(where) == where:
                shutil.copyfile(where, target)
            else:
                target.write_bytes(locator.read(where))
        except OSError:
            self.missing += 1


_COLUMNS = ("key", "format", "raw")


class _Counted:
    """Passes rows on and counts them."""

    def __init__(self, rows: Iterable[str]) -> None:
        self._rows, self.count = rows, 0

    def __iter__(self) -> Iterator[str]:
        for row in self._rows:
            self.count += 1
            yield row


def read(form: str, raw: str) -> Conversation:
    """A stored row as a conversation."""
    module = registry.named(form)
    loads = getattr(module, "loads", orjson.loads)
    return module.read(loads(raw))


def _related(workspace: Workspace, numbers: Sequence[int]) -> dict[str, frozenset[str]]:
    """Names of the rows that go out, by format, for the formats whose rows name one another."""
    needing = [name for name, module in registry.modules().items() if hasattr(module, "prune")]
    return samples.source_ids(workspace.store, numbers, needing)


def _beside(part: _Part, count: int, folder: Path, form: Form) -> list[Path]:
    root = f"{FOLDER}/" if form.images == COPY else part.root
    made = []
    assert part.target is not None
    for name, data in part.target.beside(part.name, count, root).items():
        (folder / name).write_bytes(data)
        made.append(folder / name)
    return made


def _preferences(work: _Work, kind: str, numbers: Sequence[int], name: str) -> tuple[Path, int]:
    """Pairs or labels from people's decisions, in JSON Lines or, for LLaMA-Factory, a JSON list."""
    target = target_of(work.form) or registry.named("swift")
    module = target if hasattr(target, kind) else registry.named("swift")
    rows = _Counted(preferences.rows(work, module, kind, numbers))
    container = containers.modules()[module.FORMAT.containers[0]]
    (path,) = container.write(rows, work.folder, f"{name}-{kind}", {}, work.pictures)
    return path, rows.count


def _subtype(ref: str, where: str) -> str:
    ending = PurePosixPath(locator.file_of(where) if locator.file_of(where) == where else ref).suffix.lower()
    known = {".png": "png", ".gif": "gif", ".webp": "webp", ".bmp": "bmp", ".tif": "tiff", ".tiff": "tiff"}
    return known.get(ending, "jpeg")


def _beneath(ref: str) -> str:
    """A relative name that stays below a folder."""
    parts = [part for part in PurePosixPath(ref.replace("\\", "/")).parts if part not in ("/", "..", ".")]
    return "/".join(part.replace(":", "_") for part in parts) or "image"


def spans_of(verdicts: Iterable[tuple[str, str]]) -> dict[str, tuple[SpanVerdict, ...]]:
    """Verdicts on spans, given as (key, verdict), by sample key."""
    found: dict[str, list[SpanVerdict]] = {}
    for key, verdict in verdicts:
        sample, _, place = key.rpartition("@")
        turn, _, span = place.partition(":")
        start, _, end = span.partition("-")
        found.setdefault(sample, []).append(SpanVerdict(int(turn), int(start), int(end), verdict))
    return {sample: tuple(sorted(spans)) for sample, spans in found.items()}
