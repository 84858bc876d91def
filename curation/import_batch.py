"""Some thousand rows on their way into the workspace: parsed, linted, with their images looked at."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from pathlib import Path
from types import ModuleType
from typing import Any

import polars as pl

from curation import embedded, images, lint, rowtext
from curation.containers.container import RawRow
from curation.embedded import Pictures
from curation.formats.conversation import Conversation, RejectedRowError, pairs
from curation.images import ImageFacts
from curation.resolver import MISSING, Found, Resolver
from curation.rowtext import ParsedRow
from scoring.metric import Flag
from scoring.shard import FLAG_SCHEMA, flag_row

IMAGE_THREADS = 4
TABLES = ("sample", "turn", "import_outcome", "image", "sample_image")
LINT_VERSION = "1"


@dataclass
class Numbers:
    """The next free numbers; a batch counts them up."""

    sample: int
    turn: int
    image: int


@dataclass
class Batch:
    """Collects rows by `add`, looks at their images in `finish`; `tables` and flags are then ready to store."""

    dataset_no: int
    images_root: Path
    thumbnails: Path
    pictures: Pictures
    lifted: bool
    format_module: ModuleType
    numbers: Numbers
    copies: Counter[str]
    known_images: dict[str, tuple[int, str, str]]
    known_paths: dict[str, ImageFacts] = field(default_factory=dict)
    resolver: Resolver | None = None
    size: int = 0
    characters: int = 0
    tables: Mapping[str, list[tuple[Any, ...]]] = field(default_factory=lambda: {name: [] for name in TABLES})
    flags: list[tuple[Any, ...]] = field(default_factory=list)
    pending: list[tuple[int, int, str, Found]] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.resolver = self.resolver or Resolver(self.images_root)

    def following(self) -> Batch:
        """An empty batch that goes on with the same numbers and the same knowledge of images."""
        return replace(self, size=0, characters=0, tables={name: [] for name in TABLES}, flags=[], pending=[])

    def add(self, index: int, raw: RawRow) -> None:
        """Takes one row; a row that is no conversation ends with a named outcome."""
        self.size += 1
        if raw.problem:
            self._reject(index, raw.problem, raw.detail)
            return
        try:
            loads = getattr(self.format_module, "loads", None)
            parsed = rowtext.parse(raw, self.pictures.keep, loads, self.lifted)
            conversation = self.format_module.read(parsed.value)
        except RejectedRowError as error:
            self._reject(index, error.outcome, str(error))
        else:
            self._keep(index, parsed, conversation)

    def finish(self) -> None:
        """Examines the new images of this batch, each file once, and links them to their samples."""
        paths = sorted({found.path for *_, found in self.pending if found.path} - self.known_paths.keys())
        with ThreadPoolExecutor(IMAGE_THREADS) as pool:
            for facts in pool.map(lambda path: images.examine(path, self.thumbnails), paths):
                self.known_paths[facts.path] = facts
                self._number_image(facts)
        for sample_no, position, ref, found in self.pending:
            self._link_image(sample_no, position, ref, found)

    def flag_frame(self) -> pl.DataFrame:
        """The lint flags of this batch in the shape that `storage.flags.append` takes."""
        return pl.DataFrame(self.flags, schema=FLAG_SCHEMA, orient="row")

    def _reject(self, index: int, outcome: str, detail: str) -> None:
        self.tables["import_outcome"].append((self.dataset_no, index, outcome, detail[:500]))

    def _keep(self, index: int, parsed: ParsedRow, conversation: Conversation) -> None:
        sample_no, self.numbers.sample = self.numbers.sample, self.numbers.sample + 1
        content_hash = hashlib.blake2b(parsed.canonical, digest_size=16).hexdigest()
        copy = self.copies[content_hash]
        self.copies[content_hash] = copy + 1
        self.characters += len(parsed.text)
        self.tables["sample"].append(
            (sample_no, self.dataset_no, index, conversation.source_id, content_hash, copy, parsed.text)
        )
        turns = pairs(conversation.messages)
        for turn_index, pair in enumerate(turns):
            self.tables["turn"].append(
                (self.numbers.turn, sample_no, turn_index, pair.instruction or "", pair.response or "")
            )
            self.numbers.turn += 1
        marks_images = self.format_module.FORMAT.marks_images
        self._flag(sample_no, *lint.conversation(conversation, turns, marks_images, parsed.repeated))
        for position, ref in enumerate(conversation.images):
            self.pending.append((sample_no, position, ref, self._resolve(ref)))

    def _resolve(self, ref: str) -> Found:
        assert self.resolver is not None
        if embedded.is_token(ref):
            return Found(self.pictures.path(ref), "embedded")
        if not ref.startswith("data:"):
            return self.resolver.find(ref)
        data = embedded.decodes(ref)
        kept = self.pictures.keep(data, embedded.extension_of(data)) if data else None
        return Found(str(self.pictures.folder / kept.removeprefix(embedded.KEPT)), "embedded") if kept else MISSING

    def _number_image(self, facts: ImageFacts) -> None:
        if facts.outcome == "missing" or facts.content_hash in self.known_images:
            return
        number, self.numbers.image = self.numbers.image, self.numbers.image + 1
        self.known_images[facts.content_hash] = (number, facts.outcome, facts.detail)
        self.tables["image"].append(
            (
                number,
                facts.content_hash,
                facts.path,
                facts.bytes,
                facts.width,
                facts.height,
                facts.phash,
                facts.outcome,
                facts.detail,
            )
        )

    def _link_image(self, sample_no: int, position: int, ref: str, found: Found) -> None:
        facts = self.known_paths[found.path] if found.path else None
        number, outcome, detail = None, found.by, ""
        if facts is not None:
            number, outcome, detail = self.known_images.get(facts.content_hash, (None, facts.outcome, facts.detail))
        shown = ref if len(ref) <= 500 else ref[:100] + "..."
        self.tables["sample_image"].append((sample_no, position, number, shown, found.by, outcome))
        flag = lint.image(outcome, ref, detail)
        if flag:
            self._flag(sample_no, flag)

    def _flag(self, sample_no: int, *found: Flag) -> None:
        for flag in found:
            self.flags.append(flag_row(flag, sample_no, "sample", sample_no, "lint", LINT_VERSION, run_no=0))
