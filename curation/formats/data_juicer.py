"""Data-Juicer: `{"id", "text": "[[human]]: <__dj__image>\\nWhat?\\n[[gpt]]: A dog. <|__dj__eoc|>", "images": [...]}`.

The text is a sequence of chunks, each closed by a token; its own tools open every turn of a conversation with the
speaker in brackets (https://github.com/modelscope/data-juicer/tree/main/tools/fmt_conversion/multimodal). A text
without such turns is a caption: its instruction is empty, as nobody gave one.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from shlex import quote
from typing import NamedTuple

from curation.formats.contract import Format, Launch, RowFile
from curation.formats.conversation import Conversation, Message, RejectedRowError, Role, name_of, names_of, unmarked
from scoring.json_types import JsonObject

EXAMPLE = """\
{"id": "1", "text": "[[human]]: <__dj__image>\\nWhat is it?\\n[[gpt]]: A dog.\\n[[human]]: Where?\\n[[gpt]]: On a \
beach. <|__dj__eoc|>", "images": ["1.jpg"]}
{"id": "2", "text": "[[human]]: <__dj__image>\\nAnd here? <|__dj__eoc|>\\n[[gpt]]: A cat. <|__dj__eoc|>", "images": \
["2.jpg"]}
"""

_END = "<|__dj__eoc|>"
_TURN = re.compile(r"(?:^|(?<=\n))\[\[(?P<role>\w+)\]\]: ?")
_MEDIA = re.compile(r"\s*(?:(?:<__dj__(?:image|video|audio)>|<image>|<video>)\s*)*")
_TOKENS = {"<__dj__image>": "<image>", "<__dj__video>": "<video>"}
_ROLES: dict[str, Role] = {
    "human": "user",
    "user": "user",
    "gpt": "assistant",
    "assistant": "assistant",
    "system": "system",
}
_NAMES: dict[Role, str] = {"user": "human", "assistant": "gpt", "system": "system"}


class _TextPart(NamedTuple):
    """A message where it stands in the text: what opens it, who speaks, its own characters, and what closes it."""

    opening: str
    role: Role
    text: str
    closing: str


def recognise(row: object) -> bool:
    """True for a text with one of Data-Juicer's tokens, or one that opens with a speaker in brackets."""
    if not isinstance(row, dict) or not isinstance(row.get("text"), str):
        return False
    return "<__dj__" in row["text"] or _END in row["text"] or _TURN.match(row["text"]) is not None


def read(row: object) -> Conversation:
    """The turns of the text. Raises RejectedRowError `not_an_object`, `no_conversation`, `bad_message`, `bad_image`."""
    if not isinstance(row, dict):
        raise RejectedRowError("not_an_object", f"The row is a {type(row).__name__}, not an object.")
    text = row.get("text")
    if text is None:
        raise RejectedRowError("no_conversation", "The row has no text.")
    if not isinstance(text, str):
        raise RejectedRowError("bad_message", f"The row's text is a {type(text).__name__}, not text.")
    return Conversation(
        source_id=name_of(row.get("id")),
        messages=tuple([Message(piece.role, _as_marks(piece.text)) for piece in _pieces(text)]),
        images=names_of(row.get("images"), "images"),
        videos=names_of(row.get("videos"), "videos"),
    )


def rewrite(row: JsonObject, texts: Mapping[int, str | None]) -> JsonObject:
    """Replaces messages within the text.

    Args:
        row: Parsed row that `read` accepts.
        texts: New text by the message's position; a message whose text is None is left out.

    Returns:
        A new row with everything else as it was.
    """
    if not texts:
        return row
    own_tokens = [token for token in _TOKENS if token in row["text"]]
    remaining: list[_TextPart] = []
    for position, piece in enumerate(_pieces(row["text"])):
        new_text = texts.get(position, piece.text)
        if new_text is None and remaining and _END in piece.closing and _END not in remaining[-1].closing:
            remaining[-1] = remaining[-1]._replace(closing=piece.closing)
        if new_text is not None:
            new_piece = _as_tokens(new_text, own_tokens) if position in texts else new_text
            remaining.append(piece._replace(text=new_piece))
    return {**row, "text": "".join(piece.opening + piece.text + piece.closing for piece in remaining)}


def write(row: Conversation, images: tuple[str, ...]) -> list[JsonObject]:
    """Makes a new row of a conversation; an answer that nobody asked for is a caption.

    Args:
        row: Conversation read from a row of any format.
        images: Names of its images in the export, in order.

    Returns:
        One row; none where `trouble` says why.
    """
    if trouble(row):
        return []
    turns = [f"[[{_NAMES[message.role]}]]: {message.text}" for message in row.messages]
    text = "".join(message.text for message in row.messages) if _is_caption(row.messages) else "\n".join(turns)
    new_row: JsonObject = {"id": row.source_id or "", "text": f"{_as_tokens(text, list(_TOKENS))} {_END}"}
    return [new_row | {"images": list(images)} | ({"videos": list(row.videos)} if row.videos else {})]


def trouble(row: Conversation) -> str:
    """Why nothing is written of a conversation: its texts must not hold what the format marks turns by."""
    if not row.messages:
        return "without a message"
    own_marks = any(_END in message.text or "<__dj__" in message.text for message in row.messages)
    return "whose texts hold marks of Data-Juicer" if own_marks or _splits(row.messages) else ""


def launch(file: RowFile) -> list[Launch]:
    """The options by which the rows are read: image names start from the folder of their file."""
    lines = f"dj-process --config /path/to/your.yml --dataset_path {quote(file.location)}"
    return [] if file.kind else [Launch(program="Data-Juicer", language="sh", lines=lines)]


def _splits(messages: Sequence[Message]) -> bool:
    """True where a message would be read as two."""
    return any(_TURN.search(f"\n{message.text}") for message in messages)


def _is_caption(messages: Sequence[Message]) -> bool:
    return [message.role for message in messages] == ["user", "assistant"] and not unmarked(messages[0].text).strip()


def _pieces(text: str) -> list[_TextPart]:
    """The messages of a text; put together again they are the text."""
    turns = list(_TURN.finditer(text))
    if not turns:
        media = _MEDIA.match(text)
        begin = media.end() if media else 0
        return [_TextPart("", "user", text[:begin], ""), _closed("", "assistant", text[begin:])]
    pieces = [_closed("", "other", text[: turns[0].start()])] if text[: turns[0].start()].strip() else []
    for turn, end in zip(turns, [*(turn.start() for turn in turns[1:]), len(text)], strict=True):
        pieces.append(_closed(turn[0], _ROLES.get(turn["role"].lower(), "other"), text[turn.end() : end]))
    if not text[: turns[0].start()].strip():
        pieces[0] = pieces[0]._replace(opening=text[: turns[0].end()])
    return pieces


def _closed(opening: str, role: Role, text: str) -> _TextPart:
    """A piece whose closing blanks and tokens stand apart from its text."""
    end = len(text.rstrip())
    while text.endswith(_END, 0, end):
        end = len(text[: end - len(_END)].rstrip())
    return _TextPart(opening, role, text[:end], text[end:])


def _as_marks(text: str) -> str:
    for token, mark in _TOKENS.items():
        text = text.replace(token, mark)
    return text


def _as_tokens(text: str, tokens: Sequence[str]) -> str:
    for token in tokens:
        text = text.replace(_TOKENS[token], token)
    return text


FORMAT = Format(
    name="data_juicer",
    title="Data-Juicer texts",
    about="Data-Juicer's operators.",
    example=EXAMPLE,
    recognise=recognise,
    read=read,
    rewrite=rewrite,
    write=write,
    trouble=trouble,
    roles=("user", "assistant", "system"),
    opens=("reference", "copy"),
    takes_root=False,
    launch=launch,
    containers=("lines",),
)
