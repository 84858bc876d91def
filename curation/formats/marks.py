"""Where a text marks a picture, in the spellings of many trainers; `<image>` is the usual one."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import replace

from curation.formats.conversation import Conversation, Message

IMAGE = "<image>"
_OTHER = re.compile(
    r"""
      <\|vision_start\|>(?:<\|image_pad\|>)*+<\|vision_end\|>      # Qwen2-VL and later
    | (?:<\|image_pad\|>)++
    | <\|media_start\|>image<\|media_content\|>(?:<\|media_pad\|>)*+<\|media_end\|>
    | <\|(?:img|image_start|begin_of_image)\|>(?:(?:<\|image\|>)*+<\|(?:image_end|end_of_image)\|>)?
    | <\|image\|>
    | <\|image_\d+\|>                                             # Phi-3.5-Vision
    | <img>(?:(?:<(?:ImageHere|IMG_CONTEXT|image_\d+|image)>)*+</img>)?
    | <ImageHere>(?:</ImageHere>)?
    | <(?:start_of_image|image_placeholder|image_soft_token|__dj__image|picture|im_patch)>
    | <(?:image|img)[\s_:-]?\d+>                                  # MMMU, MiniCPM-V, XComposer
    | <(?-i:IMAGE|Image)> | \[(?:IMG|IMAGE)\] | \{\{?image\}?\}
    | (?:<IMG_CONTEXT>)++
    """,
    re.VERBOSE | re.IGNORECASE,
)
_MINICPM = re.compile(r"\(?<image>\./</image>\)?")


def count(row: Conversation) -> int:
    """How many pictures the texts of a conversation mark, whoever speaks; in other spellings where it has pictures."""
    marks = _usual_count(row.messages)
    return marks if marks == len(row.images) else _usual_count(usual(row).messages)


def usual(row: Conversation) -> Conversation:
    """A conversation that marks its pictures by `<image>`.

    Args:
        row: Conversation that marks them in any spelling.

    Returns:
        The same where as many `<image>` as pictures stand in its texts; else other spellings are taken for marks as
        far as pictures lack one, so that a text which only speaks of such a mark stays as it is.
    """
    missing = len(row.images) - _usual_count(row.messages)
    if missing <= 0 and "</image>" not in row.text:
        return row
    changed: list[Message] = []
    for message in row.messages:
        text = _MINICPM.sub(IMAGE, message.text)
        if missing > 0:
            text, replaced = _OTHER.subn(IMAGE, text, count=missing)
            missing -= replaced
        changed.append(message._replace(text=text))
    return replace(row, messages=tuple(changed))


def _usual_count(messages: Iterable[Message]) -> int:
    return "\n".join([text for _, text in messages]).count(IMAGE)
