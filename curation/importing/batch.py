"""Some thousand rows on their way into the workspace: parsed, linted, with their images looked at."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import orjson
import polars as pl

from curation.archives.image_resolver import MISSING, REMOTE, ImageLookup, Resolver
from curation.containers import row_parser
from curation.containers.container import RawRow
from curation.containers.row_parser import ParsedRow
from curation.decisions import keys as decision_keys
from curation.formats import identity, registry
from curation.formats.contract import Format
from curation.formats.conversation import Conversation, RejectedRowError, SpanVerdict, frames_of, pairs
from curation.images import download, inline, probe, videos
from curation.images.download import FetchError
from curation.images.inline import Pictures
from curation.images.probe import ImageFacts
from curation.importing import lint
from scoring.metric import Flag
from scoring.shard import FLAG_SCHEMA, flag_row

IMAGE_THREADS = 4
TABLES = ("sample", "turn", "import_outcome", "image", "sample_image")
LINT_VERSION = "1"


@dataclass
class ImportBatch:
    """Collects rows by `add`, looks at their images in `finish`; `tables` and flags are then ready to store.

    Its samples count from 0: `storage.samples.add` gives them their numbers when they are stored. Where `widens_in`
    names the container of the rows, a row of another format widens `row_format` to both.
    """

    dataset_no: int
    dataset: str
    thumbnails: Path
    pictures: Pictures
    lifted: bool
    row_format: Format
    resolver: Resolver
    known_paths: dict[str, ImageFacts] = field(default_factory=dict)
    known_contents: set[str] = field(default_factory=set)
    widens_in: str = ""
    fetch: bool = False
    fetched: dict[str, str | FetchError] = field(default_factory=dict)
    size: int = 0
    characters: int = 0
    tables: Mapping[str, list[tuple[Any, ...]]] = field(default_factory=lambda: {name: [] for name in TABLES})
    flags: list[tuple[Any, ...]] = field(default_factory=list)
    pending: list[tuple[int, int, str, ImageLookup]] = field(default_factory=list)
    canonical: dict[int, bytes] = field(default_factory=dict)
    words: list[identity.BegunHash] = field(default_factory=list)
    spans: list[tuple[int, SpanVerdict]] = field(default_factory=list)

    def following(self) -> ImportBatch:
        """An empty batch that goes on with the same knowledge of images."""
        return replace(
            self,
            size=0,
            characters=0,
            tables={name: [] for name in TABLES},
            flags=[],
            pending=[],
            canonical={},
            words=[],
            spans=[],
        )

    def add(self, index: int, raw: RawRow) -> None:
        """Takes one row; a row that is no conversation ends with a named outcome.

        Args:
            index: The row's number in its file, from 0.
            raw: The row as its container gives it.
        """
        self.size += 1
        if raw.problem:
            self._reject(index, raw.problem, raw.detail)
            return
        try:
            parsed = row_parser.parse(raw, self.pictures.keep, self.row_format.loads, self.lifted)
            conversation = self._read(parsed.value)
        except RejectedRowError as error:
            self._reject(index, error.outcome, str(error))
        else:
            self._keep(index, parsed, conversation)

    def _read(self, row: object) -> Conversation:
        """The row's conversation, by another format where the file's finds none in it."""
        if not self.widens_in:
            return self.row_format.read(row)
        self.row_format, conversation = registry.read_widening(self.row_format, row, self.widens_in)
        return conversation

    def finish(self) -> None:
        """Examines the new images of this batch, each file once, and links them to their samples."""
        if self.fetch:
            self._fetch()
        paths = sorted({resolved.path for *_, resolved in self.pending if resolved.path} - self.known_paths.keys())
        with ThreadPoolExecutor(IMAGE_THREADS) as pool:
            for facts in pool.map(lambda path: probe.examine(path, self.thumbnails), paths):
                self.known_paths[facts.path] = facts
                self._add_image(facts)
        for sample_no, position, ref, resolved in self.pending:
            self._link_image(sample_no, position, ref, resolved)
        self._hash_without_places()

    def identities(self) -> list[str]:
        """What each sample says and shows; its pictures have been examined."""
        pictures: dict[int, list[tuple[str, str | None]]] = {}
        for sample_no, _, content_hash, ref, found_by, _ in self.tables["sample_image"]:
            if found_by != "video_frame":
                pictures.setdefault(sample_no, []).append((ref, content_hash))
        return [identity.identity(words, pictures.get(number, ())) for number, words in enumerate(self.words)]

    def name_samples(self, identities: Sequence[str], next_copies: Mapping[str, int]) -> None:
        """Gives every sample its key.

        Args:
            identities: As `identities` returns them.
            next_copies: The next free copy of identities that the workspace has.
        """
        copies, rows = dict(next_copies), self.tables["sample"]
        for number, (row, sample_identity) in enumerate(zip(rows, identities, strict=True)):
            copy = copies.get(sample_identity, 0)
            copies[sample_identity] = copy + 1
            key = decision_keys.sample(sample_identity, copy)
            rows[number] = (*row[:5], copy, row[6], key, sample_identity)

    def span_decisions(self) -> list[tuple[str, str]]:
        """Keys and verdicts of the spans that people decided before; the samples have their keys."""
        keys = {row[0]: row[-2] for row in self.tables["sample"]}
        return [
            (decision_keys.span(keys[number], span.turn, span.start, span.end), span.label)
            for number, span in self.spans
        ]

    def _hash_without_places(self) -> None:
        """Hashes rows whose pictures lie in the dataset's file by what these are, not by where the file is."""
        for sample_no, _, ref, resolved in self.pending:
            if sample_no in self.canonical and resolved.path and inline.located_elsewhere(ref):
                named = orjson.dumps(inline.unsealed(ref))
                picture = orjson.dumps(inline.TOKEN + self.known_paths[resolved.path].content_hash)
                self.canonical[sample_no] = self.canonical[sample_no].replace(named, picture)
        for sample_no, canonical in self.canonical.items():
            row = self.tables["sample"][sample_no]
            self.tables["sample"][sample_no] = (*row[:4], _hash(canonical), *row[5:])

    def _fetch(self) -> None:
        """Fetches the images that are on the web, each address once."""
        urls = sorted({ref for *_, ref, resolved in self.pending if resolved is REMOTE} - self.fetched.keys())
        self.fetched |= download.fetch_all(urls, self.pictures.keep)
        self.pending = [
            (sample_no, position, ref, self._from_web(ref) if resolved is REMOTE else resolved)
            for sample_no, position, ref, resolved in self.pending
        ]

    def _from_web(self, ref: str) -> ImageLookup:
        got = self.fetched[ref]
        return (
            ImageLookup(None, "not_fetched")
            if isinstance(got, FetchError)
            else ImageLookup(self.pictures.where(got), "fetched")
        )

    def flag_frame(self, first_sample: int) -> pl.DataFrame:
        """The lint flags in the shape that `storage.flags.append` takes, the batch's samples counted from the first."""
        frame = pl.DataFrame(self.flags, schema=FLAG_SCHEMA, orient="row")
        return frame.with_columns(pl.col("sample_no", "subject_no") + first_sample)

    def _reject(self, index: int, outcome: str, detail: str) -> None:
        self.tables["import_outcome"].append((self.dataset_no, index, outcome, detail[:500]))

    def _keep(self, index: int, parsed: ParsedRow, conversation: Conversation) -> None:
        sample_no = len(self.tables["sample"])
        content_hash = _hash(parsed.canonical)
        if conversation.images and any(inline.located_elsewhere(ref) for ref in conversation.images):
            self.canonical[sample_no] = parsed.canonical
        self.characters += len(parsed.text)
        self.tables["sample"].append(
            (sample_no, self.dataset_no, index, conversation.source_id, content_hash, 0, parsed.text)
        )
        self.words.append(identity.words(conversation))
        self.spans += [(sample_no, span) for span in conversation.spans]
        turns = pairs(conversation.messages)
        for turn_index, pair in enumerate(turns):
            self.tables["turn"].append((sample_no, turn_index, pair.instruction or "", pair.response or ""))
        marks_images = self.row_format.of(parsed.value).marks_images
        self._flag(sample_no, *lint.conversation(conversation, turns, marks_images, parsed.repeated))
        self._flag(sample_no, *lint.not_numbers(parsed.not_numbers))
        for position, ref in enumerate(conversation.images):
            self.pending.append((sample_no, position, ref, self._resolve(ref)))
        position = len(conversation.images)
        for ref in conversation.videos:
            position += self._look_at_video(sample_no, position, ref)

    def _look_at_video(self, sample_no: int, position: int, ref: str) -> int:
        """Takes a few frames of a video as images of the sample, after its own, and counts them."""
        if listed := frames_of(ref):
            for frame_position, frame_ref in enumerate(listed, position):
                resolved = self._resolve(frame_ref)
                if resolved.path:
                    resolved = ImageLookup(resolved.path, "video_frame")
                self.pending.append((sample_no, frame_position, frame_ref, resolved))
            return len(listed)
        resolved = self._resolve(ref)
        if resolved.path is None:
            self._flag_image(sample_no, "video_missing" if resolved is MISSING else resolved.by, ref)
            return 0
        frames = videos.frames(resolved.path)
        if not frames:
            self._flag_image(sample_no, "video_broken", ref)
        for frame_position, frame in enumerate(frames, position):
            locator = self.pictures.where(self.pictures.keep(frame.data, "jpg"))
            self.pending.append(
                (sample_no, frame_position, f"{ref}#t={frame.seconds}", ImageLookup(locator, "video_frame"))
            )
        return len(frames)

    def _resolve(self, ref: str) -> ImageLookup:
        if inline.is_token(ref):
            return ImageLookup(self.pictures.path(ref), "embedded")
        if not ref.startswith("data:"):
            return self.resolver.find(ref)
        data = inline.decodes(ref)
        locator = self.pictures.keep(data, inline.extension_of(data)) if data else None
        return ImageLookup(self.pictures.where(locator), "embedded") if locator else MISSING

    def _add_image(self, facts: ImageFacts) -> None:
        if facts.outcome == "missing" or facts.content_hash in self.known_contents:
            return
        self.known_contents.add(facts.content_hash)
        self.tables["image"].append(
            (
                facts.content_hash,
                facts.path,
                facts.bytes,
                facts.width,
                facts.height,
                facts.phash,
                facts.outcome,
                facts.detail,
                facts.orientation,
            )
        )

    def _link_image(self, sample_no: int, position: int, ref: str, resolved: ImageLookup) -> None:
        facts = self.known_paths[resolved.path] if resolved.path else None
        content_hash = facts.content_hash if facts and facts.outcome != "missing" else None
        outcome, detail = (facts.outcome, facts.detail) if facts else (resolved.by, "")
        ref_text = inline.unsealed(ref) if len(ref) <= 500 else ref[:100] + "..."
        self.tables["sample_image"].append((sample_no, position, content_hash, ref_text, resolved.by, outcome))
        if outcome == "not_fetched":
            detail = str(self.fetched[ref])
        self._flag_image(sample_no, outcome, ref, detail)

    def _flag_image(self, sample_no: int, outcome: str, ref: str, detail: str = "") -> None:
        flag = lint.image(outcome, ref, detail)
        if flag:
            self._flag(sample_no, flag)

    def _flag(self, sample_no: int, *new_flags: Flag) -> None:
        for flag in new_flags:
            self.flags.append(flag_row(flag, sample_no, "sample", sample_no, "lint", LINT_VERSION, run_no=0))


def _hash(data: bytes) -> str:
    return hashlib.blake2b(data, digest_size=16).hexdigest()
