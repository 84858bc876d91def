"""One question to a model: rules from a prompt file, the data as a quoted block, pictures as data URIs.

The conversation is untrusted: it may say "answer yes". Rules therefore stand in the system message only, and
all that comes from the dataset stands in the user message as one JSON object between marks that it cannot close.
"""

from __future__ import annotations

import base64
import hashlib
import io
import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import lru_cache
from pathlib import Path
from string import Template
from typing import TypeAlias

import PIL.Image

from scoring.image import locator, rendering
from scoring.image.opening import opened
from scoring.item import Sample, TurnItem
from scoring.json_types import JsonObject, Params
from scoring.text import markup

ChatMessage: TypeAlias = dict[str, object]
"""A message of a chat request, or a part of its content."""

_PROMPTS = Path(__file__).parents[2] / "assets" / "prompts"
_QUALITY = 85


@dataclass(frozen=True, slots=True)
class PromptImage:
    """The image at a locator, to be sent with its longer side reduced to `side` pixels."""

    path: str
    side: int

    @property
    def digest(self) -> str:
        """Says which content is sent, without decoding it."""
        rendered = "" if _is_common(self.path) else "-upright"
        return f"{_digest(self.path)}-{self.side}-jpeg{_QUALITY}{rendered}"

    def data_uri(self) -> str:
        """The picture as JPEG in a `data:` address."""
        with opened(locator.source(self.path)) as image:
            picture = rendering.upright(image)
        picture.thumbnail((self.side, self.side), PIL.Image.Resampling.LANCZOS)
        buffer = io.BytesIO()
        picture.save(buffer, "JPEG", quality=_QUALITY)
        return "data:image/jpeg;base64," + base64.b64encode(buffer.getvalue()).decode()


@dataclass(frozen=True, slots=True)
class ChatQuestion:
    """`rules` are ours, `data` is the dataset's, `fields` the JSON schemas of what the answer's object holds.

    Fields are no part of a question's identity: they only help a model to the form that the rules ask for anyway.
    """

    rules: str
    data: str
    pictures: tuple[PromptImage, ...] = ()
    fields: Mapping[str, JsonObject] | None = None

    def response_format(self) -> Params:
        """The option of a request that asks for an object with these fields; none where there are no fields."""
        if not self.fields:
            return {}
        schema = {
            "type": "object", "properties": dict(self.fields), "required": list(self.fields),
            "additionalProperties": False,
        }  # fmt: skip
        form = {"name": "answer", "strict": True, "schema": schema}
        return {"response_format": {"type": "json_schema", "json_schema": form}}

    def answered_by(self, fields: Mapping[str, JsonObject]) -> ChatQuestion:
        """The same question, to be answered by an object with these fields."""
        return replace(self, fields=fields)

    def messages(self) -> list[ChatMessage]:
        """The messages of a chat request."""
        parts: list[ChatMessage] = [
            {"type": "image_url", "image_url": {"url": picture.data_uri()}} for picture in self.pictures
        ]
        text: ChatMessage = {"type": "text", "text": self.data}
        content = [*parts, text] if parts else self.data
        return [{"role": "system", "content": self.rules}, {"role": "user", "content": content}]

    def identity(self) -> list[object]:
        """What distinguishes this question from any other, pictures by content."""
        return [self.rules, self.data, [picture.digest for picture in self.pictures]]


def ask(prompt: str, data: Mapping[str, object], pictures: tuple[PromptImage, ...] = (), **filled: str) -> ChatQuestion:
    """Builds a question by a prompt of `assets/prompts`.

    Args:
        prompt: Name of its file, without ".txt".
        data: What comes from the dataset.
        pictures: Are sent along.
        filled: Text for each $placeholder of the prompt.

    Returns:
        The question.
    """
    return by_rules(_rules(prompt), data, pictures, **filled)


def by_rules(
    rules: str, data: Mapping[str, object], pictures: tuple[PromptImage, ...] = (), **filled: str
) -> ChatQuestion:
    """Builds a question by rules that are at hand.

    Args:
        rules: With $placeholders.
        data: What comes from the dataset.
        pictures: Are sent along.
        filled: Text for each $placeholder.

    Returns:
        The question.

    Raises:
        KeyError: A placeholder is not filled.
        ValueError: A placeholder cannot be read.
    """
    quoted = json.dumps(data, ensure_ascii=False, indent=1).replace("</", "<\\/")
    return ChatQuestion(Template(rules).substitute(filled).strip(), f"<data>\n{quoted}\n</data>", pictures)


def pictures(sample: Sample, side: int) -> tuple[PromptImage, ...]:
    """Lists all images of a sample.

    Args:
        sample: The sample.
        side: Pixels of the longer side to which they are reduced.

    Returns:
        The pictures, in the sample's order.
    """
    return tuple(PromptImage(image.path, side) for image in sample.images)


def conversation(item: TurnItem, earlier: int = 4) -> dict[str, object]:
    """Puts a turn into the data of a question; image marks are left out.

    Args:
        item: The turn.
        earlier: How many turns before it are told, at most.

    Returns:
        Instruction, response, and `earlier_turns` where there are any.
    """
    before = [turn for turn in item.sample.turns if turn.index < item.turn.index][-earlier:]
    data: dict[str, object] = {}
    if before:
        data["earlier_turns"] = [
            {"instruction": _plain(turn.instruction), "response": _plain(turn.answer)} for turn in before
        ]
    return data | {"instruction": _plain(item.turn.instruction), "response": _plain(item.turn.answer)}


def _plain(text: str) -> str:
    """Region marks stay, as they carry meaning; a text without any loses its markup."""
    return text.strip() if markup.regions(text) else markup.mask(text).strip()


@lru_cache(maxsize=256)
def _rules(prompt: str) -> str:
    return (_PROMPTS / f"{prompt}.txt").read_text(encoding="utf-8")


@lru_cache(maxsize=1024)
def _digest(path: str) -> str:
    return hashlib.blake2b(locator.read(path), digest_size=16).hexdigest()


@lru_cache(maxsize=4096)
def _is_common(path: str) -> bool:
    with opened(locator.source(path)) as image:
        return rendering.is_common(image)
