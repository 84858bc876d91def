"""What every dataset format has: one file in this folder, whose `FORMAT` is an instance of `Format`."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import orjson

from curation.formats.conversation import Conversation, SpanVerdict
from scoring.json_types import JsonObject

Row = Any
"""A parsed JSON value, before anybody has looked at it."""


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
        marks_images: The text holds one `<image>` per image.
        containers: The containers that its files come in, the first being the one that it is written in; between two
            formats that both know a file's rows, the one that comes in such a container is taken.
        general: It is only asked where no other format knows the rows.
        packs_images: Its rows hold the bytes of their images when images are packed.
        companion_files: Files that stand beside the files of rows, by name: of the number of rows of each file by its
            name without its ending, and the folder that image names start from.
        prune: The row without the names of rows that are not present, for rows that name one another.
        judged: The row with people's verdicts on spans of it.
        dpo: A row of a preferred and a rejected response; of the conversation, its images' names and the two.
        kto: A row labelled as desired or not; of the conversation and its images' names.
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
    containers: tuple[str, ...] = ("list", "lines")
    general: bool = False
    packs_images: bool = False
    companion_files: Callable[[Mapping[str, int], str], Mapping[str, bytes]] | None = None
    prune: Callable[[JsonObject, Collection[str]], JsonObject] | None = None
    judged: Callable[[JsonObject, tuple[SpanVerdict, ...]], JsonObject] | None = None
    dpo: Callable[[Conversation, tuple[str, ...], str, str], JsonObject] | None = None
    kto: Callable[[Conversation, tuple[str, ...], bool], JsonObject] | None = None

    def parse(self, text: bytes | str) -> Row:
        """A row from its JSON text."""
        return self.loads(text) if self.loads else orjson.loads(text)
