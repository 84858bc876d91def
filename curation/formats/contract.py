"""What every dataset format has: one file in this folder, whose `FORMAT` is an instance of `Format`."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import orjson

from curation.formats.conversation import Conversation, Role, SpanVerdict
from scoring.json_types import JsonObject

Row = Any
"""A parsed JSON value, before anybody has looked at it."""


PLACE = "/path/to/this/folder"
"""What a line on a card says for the place of the export, which only its reader knows."""
FOLDER = f"{PLACE}/data"
"""Where an export has its rows and copied images."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RowFile:
    """A file of rows in an export, as its trainers have to be told of it.

    Attributes:
        name: What a trainer calls the set: the file's name without its ending.
        split: Name of its split.
        path: Where the file is in FOLDER.
        rows: Number of rows.
        members: Names of members that rows have.
        root: Folder that image names start from: below FOLDER ("" for that itself), or a whole path.
        kind: "dpo" for pairs, "kto" for labels, "" for conversations.
    """

    name: str
    split: str
    path: str
    rows: int
    members: frozenset[str]
    root: str = ""
    kind: str = ""

    @property
    def location(self) -> str:
        """The file's path on a card."""
        return f"{FOLDER}/{self.path}"

    @property
    def images(self) -> str:
        """The folder of the images on a card."""
        return self.root if self.root.startswith("/") else f"{FOLDER}/{self.root}".rstrip("/")


@dataclass(frozen=True, slots=True, kw_only=True)
class Launch:
    """Lines by which a program reads an export; `language` is `sh` or `python`, `note` one sentence or ""."""

    program: str
    language: str
    lines: str
    note: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Format:
    """A dataset format: what it is called, and how its rows are recognised, read, changed and written.

    Attributes:
        name: What users type; the name of its file.
        title: What users read.
        about: One sentence on who uses it.
        example: A small file of this format, which the contract tests feed to it.
        recognise: Says whether a row is of this format, whatever the value is.
        read: A row's conversation. Raises RejectedRowError.
        rewrite: The row with other texts by the message's position; a message whose text is None goes.
        write: New rows of a conversation whose images are called as told; None where the format is only read.
        loads: Its own way to read a row from JSON text, where the usual one loses something.
        marks_images: The text of its rows holds one `<image>` per image.
        roles: Who speaks in its rows; messages of any other role are left out where one is written.
        trouble: Why its trainer would pass over or fail on a conversation that is written in it, or why none is, in
            words that follow "rows"; "" where it reads it.
        opens: How images may be given to its readers: named ("reference"), copied ("copy") or inside the rows ("pack").
        opens_web: Its readers open images by their addresses.
        image_ending: How the names of all images end, which its rows leave out; copies are named so.
        takes_root: Its readers can be told where image names start; names are whole paths for others.
        needs_images: Its readers fail on a row without an image.
        containers: The containers that its files come in, the first being the one that it is written in; between two
            formats that both know a file's rows, the one that comes in such a container is taken.
        general: It is only asked where no other format knows the rows.
        plain_base64: Images inside its rows are base64 without the head of a data URI.
        images_apart: Its rows name images by ids, and their bytes are in a file beside the rows.
        envelope: Text `before` and `after` the rows, for a container of rows in a member.
        packs_images: Its rows hold the bytes of their images when images are packed.
        shapes: Rows with every member, by the kind of preference ("" for none), for containers that need types before
            they have seen all rows.
        companion_files: Files that stand beside the files of rows, by name.
        launch: How its readers are started on a file of rows.
        prune: The row without the names of rows that are not present, for rows that name one another.
        judged: The row with people's verdicts on spans of it.
        dpo: A row of a preferred and a rejected response; of the conversation, its images' names and the two.
        kto: A row labelled as desired or not; of the conversation and its images' names.
        of_row: The format of one row, where rows are of several.
    """

    name: str
    title: str
    about: str
    example: str
    recognise: Callable[[object], bool]
    read: Callable[[object], Conversation]
    rewrite: Callable[[JsonObject, Mapping[int, str | None]], JsonObject]
    write: Callable[[Conversation, tuple[str, ...]], Sequence[JsonObject]] | None = None
    loads: Callable[[bytes | str], Row] | None = None
    marks_images: bool = True
    roles: tuple[Role, ...] = ("user", "assistant")
    trouble: Callable[[Conversation], str] | None = None
    opens: tuple[str, ...] = ("reference", "copy", "pack")
    opens_web: bool = False
    image_ending: str = ""
    takes_root: bool = True
    needs_images: bool = False
    plain_base64: bool = False
    images_apart: bool = False
    envelope: Mapping[str, str] = field(default_factory=dict)
    containers: tuple[str, ...] = ("list", "lines")
    general: bool = False
    packs_images: bool = False
    shapes: Mapping[str, JsonObject] = field(default_factory=dict)
    companion_files: Callable[[Sequence[RowFile]], Mapping[str, bytes]] | None = None
    launch: Callable[[RowFile], Sequence[Launch]] | None = None
    prune: Callable[[JsonObject, Collection[str]], JsonObject] | None = None
    judged: Callable[[JsonObject, tuple[SpanVerdict, ...]], JsonObject] | None = None
    dpo: Callable[[Conversation, tuple[str, ...], str, str], JsonObject] | None = None
    kto: Callable[[Conversation, tuple[str, ...], bool], JsonObject] | None = None
    of_row: Callable[[object], Format] | None = None

    def parse(self, text: bytes | str) -> Row:
        """A row from its JSON text."""
        return self.loads(text) if self.loads else orjson.loads(text)

    def of(self, row: object) -> Format:
        """The format that a row has: this one, unless rows are of several."""
        return self.of_row(row) if self.of_row else self
