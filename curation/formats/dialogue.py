"""Messages under other names than those of the well-known formats: MiniCPM-V's and those of many smaller sets.

`{"image": {"<image_00>": "1.jpg"}, "conversations": [{"role": "user", "content": "<image_00>\\nWhat?"}, ...]}`
(https://github.com/OpenBMB/MiniCPM-V/blob/main/finetune/readme.md)
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

from curation.formats import answers, messages
from curation.formats.contract import Format, Row
from curation.formats.conversation import Conversation, RejectedRowError
from scoring.json_types import JsonObject

EXAMPLE = """\
{"id": "0", "image": {"<image_00>": "1.jpg", "<image_01>": "2.jpg"}, "conversations": [{"role": "user", "content": \
"<image_00>\\n<image_01>\\nWhich is larger?"}, {"role": "assistant", "content": "The first."}]}
{"id": "1", "image": "3.jpg", "conversation": [{"speaker": "Human", "text": "<image>What is it?"}, {"speaker": \
"Assistant", "text": "A dog."}]}
"""

LISTS = ("conversations", "conversation", "messages", "dialogue", "dialog", "chat", "turns", "history", "contents",
         "texts", "data", "items")  # fmt: skip
SPEAKERS = ("role", "from", "speaker", "author", "sender", "who", "party")
TEXTS = ("content", "value", "text", "message", "utterance", "body", "sentence")
_WELL_KNOWN = (("messages", "role", "content"), ("conversations", "from", "value"))


class _MemberNames(NamedTuple):
    """What a row calls its list of messages, who speaks in one and what is said."""

    listed: str
    speaker: str
    text: str


def recognise(row: object) -> bool:
    """True for a list of messages that are not called as the well-known formats call them."""
    names = _names(row) if isinstance(row, dict) else None
    return names is not None and names not in _WELL_KNOWN


def read(row: Row) -> Conversation:
    """The messages, as if they were called `messages` of `role` and `content`.

    Raises RejectedRowError: `not_an_object`, `no_conversation`, `bad_message` or `bad_image`.
    """
    if not isinstance(row, dict):
        raise RejectedRowError("not_an_object", f"The row is a {type(row).__name__}, not an object.")
    names = _names(row)
    if names is None:
        raise RejectedRowError("no_conversation", "The row has no list of messages.")
    return messages.conversation({**row, "messages": _usual(row, names)})


def rewrite(row: JsonObject, texts: Mapping[int, str | None]) -> JsonObject:
    """Replaces texts of the row's messages.

    Args:
        row: Parsed row that `read` accepts.
        texts: New text by the message's position; a message whose text is None is left out.

    Returns:
        A new row with everything else as it was.
    """
    names = _names(row)
    if names is None or not texts:
        return row
    usual = {**row, "messages": _usual(row, names)}
    changed = answers.rewritten(usual, "messages", texts, messages.rewritten)
    remaining = [entry for position, entry in enumerate(row[names.listed]) if texts.get(position, "") is not None]
    renamed = [
        {name: entry[name] if name in ("role", "content") else usual[name] for name in entry if name in usual}
        | {names.text: usual["content"]}
        for entry, usual in zip(remaining, changed["messages"], strict=True)
    ]
    return {**{name: changed[name] for name in row if name in changed}, names.listed: renamed}


def _usual(row: JsonObject, names: _MemberNames) -> list[JsonObject]:
    """The messages with their speaker and text also under the usual names."""
    usual = []
    for entry in row[names.listed]:
        if not isinstance(entry, dict):
            raise RejectedRowError("bad_message", f"A message is a {type(entry).__name__}, not an object.")
        usual.append({**entry, "role": entry.get(names.speaker), "content": entry.get(names.text)})
    return usual


def _names(row: JsonObject) -> _MemberNames | None:
    by_name = {name.lower(): name for name in reversed(row)}
    for name in (by_name[name] for name in LISTS if name in by_name):
        first = row[name][0] if isinstance(row[name], list) and row[name] else None
        if isinstance(first, dict):
            within = {member.lower(): member for member in reversed(first)}
            speaker = next((within[member] for member in SPEAKERS if member in within), None)
            text = next((within[member] for member in TEXTS if member in within and within[member] != speaker), None)
            if speaker is not None and text is not None and isinstance(first[speaker], str):
                return _MemberNames(name, speaker, text)
    return None


FORMAT = Format(
    name="dialogue",
    title="Messages under other names",
    about="MiniCPM-V, and sets with their own names for messages.",
    example=EXAMPLE,
    recognise=recognise,
    read=read,
    rewrite=rewrite,
    roles=("user", "assistant", "system", "call", "tool"),
    containers=("lines", "list"),
)
