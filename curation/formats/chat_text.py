"""Conversations as one text in the template of a model, as trainers of texts have them in a column `text`.

ChatML (`<|im_start|>user`), Llama 3 (`<|start_header_id|>`), Llama 2 and Mistral (`[INST]`), Gemma (`<start_of_turn>`),
Phi, Zephyr and DeepSeek (`<|user|>`), and the spellings `### Human:`, `Human:` and `USER:` of Guanaco, hh-rlhf and
Vicuna (https://huggingface.co/docs/transformers/chat_templating). What stands before the first turn is the system's.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import NamedTuple

from curation.formats import media, messages
from curation.formats.contract import Format, Row
from curation.formats.conversation import Conversation, Message, RejectedRowError, Role, label_of, name_of
from scoring.json_types import JsonObject

EXAMPLE = """\
{"id": "1", "image": "1.jpg", "text": "<|im_start|>user\\n<image>What is it?<|im_end|>\\n<|im_start|>assistant\\nA \
dog.<|im_end|>\\n"}
{"id": "2", "text": "<s>[INST] Where is it? [/INST] On a beach. </s>"}
"""

COLUMNS = ("text", "chosen", "conversations", "conversation", "content", "chat", "formatted")
"""Members that may hold such a text, the first of them that does."""
APART = ("instruction", "question", "query", "prompt")
"""Members by which a row has its texts apart, so that one beside them is only put together of them."""
REJECTED = "rejected"
_LISTS = ("messages", "conversations", "conversation")
_TURNS = (
    re.compile(r"<\|im_start\|>(?P<role>\w+)\n"),
    re.compile(r"<\|start_header_id\|>(?P<role>\w+)<\|end_header_id\|>\n{0,2}"),
    re.compile(r"<start_of_turn>(?P<role>\w+)\n"),
    re.compile(r"<[|\uff5c](?P<role>user|assistant|system|User|Assistant|System)[|\uff5c]>\n?"),
    re.compile(r"(?P<role>\[/?INST\]) ?"),
    re.compile(r"### ?(?P<role>Human|User|Assistant|System|Instruction|Response):[ \n]?"),
    re.compile(r"(?:^|(?<=\n))(?P<role>Human|User|Assistant|System): ?"),
    re.compile(r"(?:^|(?<=[\s>]))(?P<role>USER|ASSISTANT|SYSTEM): ?"),
)
"""What opens a turn, by template."""
_ROLES: dict[str, Role] = {"[INST]": "user", "[/INST]": "assistant", "instruction": "user", "response": "assistant"}
_CLOSING = ("<|im_end|>", "<|eot_id|>", "<|end|>", "<|endoftext|>", "<|end_of_text|>", "<end_of_turn>", "<eos>", "</s>",
            "<s>", "<\uff5cend\u2581of\u2581sentence\uff5c>")  # fmt: skip
"""What closes one, with the blanks around."""
_OPENING = re.compile(r"(?:\s|<\|begin_of_text\|>|<bos>|</?s>|<\uff5cbegin\u2581of\u2581sentence\uff5c>)*+")


class _TemplatePart(NamedTuple):
    """A message where it stands in the text: what comes before its own characters, these, and what closes it."""

    before: str
    role: Role
    text: str
    after: str


def recognise(row: object) -> bool:
    """True for a text in which a user and an assistant take turns by the marks of a template."""
    return isinstance(row, dict) and bool(_column(row))


def read(row: Row) -> Conversation:
    """The turns of the text. Raises RejectedRowError `not_an_object`, `no_conversation` or `bad_image`."""
    if not isinstance(row, dict):
        raise RejectedRowError("not_an_object", f"The row is a {type(row).__name__}, not an object.")
    column = _column(row)
    if not column:
        raise RejectedRowError("no_conversation", "No text of the row is a conversation in a model's template.")
    rejected = _pieces(text) if column != REJECTED and isinstance(text := row.get(REJECTED), str) else []
    return Conversation(
        source_id=name_of(row.get("id")),
        messages=tuple([Message(piece.role, piece.text) for piece in _pieces(row[column])]),
        images=media.images(row),
        videos=media.videos(row),
        rejected=rejected[-1].text if rejected else None,
        desired=label_of(row.get("label")),
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
    column = _column(row)
    remaining = [
        piece if position not in texts else piece._replace(text=texts[position] or "")
        for position, piece in enumerate(_pieces(row[column]))
        if texts.get(position, "") is not None
    ]
    return {**row, column: "".join(piece.before + piece.text + piece.after for piece in remaining)}


def _column(row: JsonObject) -> str:
    if any(row.get(name) for name in APART) or any(isinstance(row.get(name), list) for name in _LISTS):
        return ""
    return next((name for name in COLUMNS if isinstance(text := row.get(name), str) and _pieces(text)), "")


def _pieces(text: str) -> list[_TemplatePart]:
    """The messages of a text; put together again they are the text. None where no template has both speakers."""
    for template in _TURNS:
        turns = list(template.finditer(text))
        roles = [_role(turn["role"]) for turn in turns]
        if not {"user", "assistant"} <= set(roles):
            continue
        pieces = []
        head = text[: turns[0].start()]
        opening = _OPENING.match(head)
        begin = opening.end() if opening else 0
        if head[begin:]:
            pieces.append(_closed(head[:begin], "system", head[begin:]))
        for role, turn, end in zip(roles, turns, [*(turn.start() for turn in turns[1:]), len(text)], strict=True):
            pieces.append(_closed(turn[0] if pieces else head + turn[0], role, text[turn.end() : end]))
        return pieces
    return []


def _role(name: str) -> Role:
    return _ROLES.get(name) or _ROLES.get(name.lower()) or messages.ROLES.get(name.lower(), "other")


def _closed(before: str, role: Role, text: str) -> _TemplatePart:
    """A piece whose closing marks and blanks stand apart from its text."""
    start = len(text) - len(text.lstrip(" ")) if text.strip() else 0
    end = len(text.rstrip())
    while mark := next((mark for mark in _CLOSING if text.endswith(mark, start, end)), ""):
        end = len(text[: end - len(mark)].rstrip())
    end = max(start, end)
    return _TemplatePart(before + text[:start], role, text[start:end], text[end:])


FORMAT = Format(
    name="chat_text",
    title="Conversations as one text",
    about="Trainers that take a text in a model's own template.",
    example=EXAMPLE,
    recognise=recognise,
    read=read,
    rewrite=rewrite,
    marks_images=False,
    roles=("user", "assistant", "system"),
    containers=("lines", "list", "parquet", "table"),
)
