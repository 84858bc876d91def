"""What is structurally odd about a conversation, found at import before any model runs."""

from __future__ import annotations

import itertools
from collections.abc import Sequence

from curation.formats import marks as image_marks
from curation.formats.conversation import Conversation, MessagePair
from scoring.metric import Flag

IMAGE_MARK = "<image>"
_IN_ORDER = ["user", "assistant"]

KINDS = (
    "unknown_role", "role_order", "empty_response", "empty_instruction", "image_token_count", "repeated_key",
    "nan_as_null", "instruction_added",
)  # fmt: skip
"""Kinds of flags that a row itself gives rise to."""

IMAGE_FLAGS = {
    "missing": ("image_missing", "No file stands behind the image {ref!r}."),
    "ambiguous": (
        "image_ambiguous",
        "Several different files fit the image {ref!r}, so none was taken; name the folder that its path starts from.",
    ),
    "broken": ("image_broken", "The image {ref!r} cannot be decoded: {detail}."),
    "too_large": ("image_too_large", "The image {ref!r} is not decoded: {detail}."),
    "outside_root": (
        "image_outside_root",
        "The image path {ref!r} leaves the image folder and was not opened.",
    ),
    "linked_outside": (
        "image_linked_outside",
        "The image {ref!r} is a link that leads out of the image folder; import with --follow-links to open it.",
    ),
    "remote": ("image_remote", "The image {ref!r} is a web address; import with --fetch to fetch it."),
    "not_fetched": ("image_not_fetched", "The image {ref!r} was not fetched: {detail}."),
    "video_missing": ("video_missing", "No file stands behind the video {ref!r}; only the texts are scored."),
    "video_broken": ("video_broken", "The video {ref!r} cannot be read; only the texts are scored."),
}


def conversation(
    row: Conversation, turns: Sequence[MessagePair], marks_images: bool = True, repeated: Sequence[str] = ()
) -> list[Flag]:
    """Finds an odd order of roles, empty texts, wrong counts of `<image>`, and keys that the row has twice.

    Args:
        row: The conversation.
        turns: Its messages in pairs.
        marks_images: Whether the format always marks images in texts; else texts without any mark are right as well.
        repeated: Keys that stand more than once in the row.

    Returns:
        The flags, those of turns with the turn's index.
    """
    flags = _roles(row) + _repeated(repeated)
    flags += _added() if row.instruction_added else []
    flags += _empty(turns)
    flags += _marks(row, marks_images)
    return flags


def not_numbers(count: int) -> list[Flag]:
    """Finds what a row's text had that JSON lacks.

    Args:
        count: How many NaN and Infinity it had.

    Returns:
        One flag, or none.
    """
    if not count:
        return []
    sentence = f"The row held NaN or Infinity, which JSON does not have, in {count:,} place(s); null stands there now."
    return [Flag("nan_as_null", sentence)]


def image(outcome: str, ref: str, detail: str) -> Flag | None:
    """Makes the flag for an image reference that did not become a picture.

    Args:
        outcome: What became of the reference, a key of IMAGE_FLAGS or another.
        ref: The reference as the row has it.
        detail: Why, where the outcome has reasons.

    Returns:
        The flag; None for a reference that became a picture.
    """
    if outcome not in IMAGE_FLAGS:
        return None
    kind, sentence = IMAGE_FLAGS[outcome]
    return Flag(kind, sentence.format(ref=_short(ref), detail=detail.rstrip(".")))


def _roles(row: Conversation) -> list[Flag]:
    roles = [role for role, _ in row.messages]
    if roles and roles == _IN_ORDER * (len(roles) // 2):
        return []
    spoken = [role for role in roles if role != "system"]
    if "other" in spoken:
        return [Flag("unknown_role", "A message comes from neither the user nor the assistant.")]
    if "system" in roles[1:]:
        return [Flag("role_order", "A system message stands after the first message.")]
    if not spoken or spoken[0] != "user":
        return [Flag("role_order", "The conversation starts with the assistant, not with the user.")]
    if any(first == second and first not in ("call", "tool") for first, second in itertools.pairwise(spoken)):
        return [Flag("role_order", "Two messages of the same role follow each other.")]
    if spoken[-1] != "assistant":
        return [Flag("role_order", "The last message of the user is not answered.")]
    return []


def _empty(turns: Sequence[MessagePair]) -> list[Flag]:
    flags = []
    for index, (instruction, response) in enumerate(turns):
        if response is not None and _is_blank(response):
            flags.append(Flag("empty_response", "The response is empty.", turn=index))
        if instruction is not None and _is_blank(instruction.replace(IMAGE_MARK, "")):
            flags.append(Flag("empty_instruction", "The instruction is empty.", turn=index))
    return flags


def _is_blank(text: str) -> bool:
    return not text or text.isspace()


def _marks(row: Conversation, always: bool) -> list[Flag]:
    marks = image_marks.count(row)
    images = len(row.images)
    if marks in (images, images + len(row.videos)) or not (marks or always):
        return []
    return [Flag("image_token_count", f"The text marks {marks} image(s) with {IMAGE_MARK}, the row has {images}.")]


def _added() -> list[Flag]:
    sentence = "The row has no instruction; one of Winnow's own stands in its place."
    return [Flag("instruction_added", sentence)]


def _repeated(keys: Sequence[str]) -> list[Flag]:
    if not keys:
        return []
    named = ", ".join(repr(key[:40]) for key in keys[:5])
    return [Flag("repeated_key", f"The row has {named} more than once; the last one counts, as in any JSON parser.")]


def _short(ref: str) -> str:
    return ref if len(ref) <= 120 else ref[:60] + "..." + ref[-20:]
