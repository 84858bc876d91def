"""Role and content messages, which several formats share: `[{"role": "user", "content": "..."}]`.

The content is a text, or a list of parts: `{"type": "text", "text": ...}` and a part for each image.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import NamedTuple

from curation.formats import answers, media, thoughts, tool_calls
from curation.formats.conversation import (
    Conversation,
    Message,
    RejectedRowError,
    Role,
    json_of,
    label_of,
    name_of,
)
from scoring.json_types import JsonObject

IMAGE = "<image>"
_BREAK = re.compile(r"\n?<image>\n?")
"""A mark with the line breaks that part it from the text, which parts need no more."""
MEDIA = re.compile(r"(<image>|<video>|<audio>)")
_TEXTS = ("text", "value", "thinking", "reasoning", "refusal", "content")
"""Members of a part that hold its text."""
ROLES: dict[str, Role] = {
    "user": "user",
    "human": "user",
    "assistant": "assistant",
    "gpt": "assistant",
    "model": "assistant",
    "bot": "assistant",
    "ai": "assistant",
    "chatbot": "assistant",
    "system": "system",
    "developer": "system",
    "tool_call": "call",
    "function_call": "call",
    "tool": "tool",
    "tool_response": "tool",
    "observation": "tool",
    "function": "tool",
}


VIDEOS, AUDIOS = "<video>", "<audio>"
_KINDS = {
    **dict.fromkeys(("image", "image_url", "input_image"), IMAGE),
    **dict.fromkeys(("video", "video_url", "input_video"), VIDEOS),
    **dict.fromkeys(("audio", "audio_url", "input_audio"), AUDIOS),
}
"""The mark of each kind of part."""
_NAMED_BY = ("image_url", "video_url", "audio_url", "input_audio", "value", "image", "video", "audio", "path", "url",
             "base64", "source", "data")  # fmt: skip
"""Members of a part by which it names its picture, video or sound."""
IMAGE_COLUMNS = ("images", "image", "image_paths", "image_path")
"""Members beside the messages that name a row's pictures."""


class MessageContent(NamedTuple):
    """A message's text, a mark for each part that is none, and what those parts name, by their mark.

    A part without a name has the number of the picture in the row that it stands for, or None for the next one.
    """

    text: str
    named: tuple[tuple[str, str | int | None], ...] = ()


def are_messages(value: object) -> bool:
    """True for a list whose first value is a message with a role."""
    return isinstance(value, list) and (not value or (isinstance(value[0], dict) and "role" in value[0]))


def checked(value: object) -> list[JsonObject]:
    """The list of messages. Raises RejectedRowError `no_conversation` or `bad_message`."""
    if not isinstance(value, list) or not value:
        raise RejectedRowError("no_conversation", "The row has no list of messages.")
    for message in value:
        if not isinstance(message, dict):
            raise RejectedRowError("bad_message", f"A message is a {type(message).__name__}, not an object.")
    return value


def role(message: JsonObject) -> Role:
    """Who speaks; `call` for an assistant that only calls tools, `other` for a role that is none of ROLES."""
    name = message.get("role")
    if name == "assistant" and not message.get("content") and _calls(message):
        return "call"
    if not isinstance(name, str):
        return "other"
    return ROLES.get(name) or ROLES.get(name.strip("<|>").lower(), "other")  # DeepSeek-VL writes <|User|>


def conversation(row: object, member: str = "messages") -> Conversation:
    """Reads a row of messages, whichever trainer it is for: their media stand in parts, in columns or in both.

    Args:
        row: Parsed row.
        member: Where its list of messages is.

    Returns:
        The conversation; `<image>`, `<video>` or `<audio>` stands in a text where such a part stood.

    Raises:
        RejectedRowError: `not_an_object`, `no_conversation`, `bad_message` or `bad_image`.
    """
    if not isinstance(row, dict):
        raise RejectedRowError("not_an_object", f"The row is a {type(row).__name__}, not an object.")
    listed = checked(answers.messages(row, member))
    texts: list[str] = []
    named: list[tuple[str, str | int | None]] = []
    for entry in listed:
        content = entry.get("content")
        if isinstance(content, str):
            texts.append(thoughts.before(entry, content))
        else:
            text, named_here = parts(content)
            texts.append(thoughts.before(entry, text))
            named += named_here
    own_images = tuple(
        reference for entry in listed if entry.get("images") for reference in media.listed(entry["images"])
    )
    desired = label_of(row.get("label"))
    return Conversation(
        source_id=name_of(row.get("id")),
        messages=tuple([message(entry, text) for entry, text in zip(listed, texts, strict=True)]),
        images=_placed(named, IMAGE, own_images or beside(row)),
        videos=_placed(named, VIDEOS, media.videos(row)),
        audios=_placed(named, AUDIOS, media.audios(row)),
        system=system if isinstance(system := row.get("system"), str) else "",
        tools=json_of(row.get("tools")),
        rejected=answers.rejected(row),
        desired=label_of(row.get("kto_tag")) if desired is None else desired,
    )


def names_media(row: JsonObject) -> bool:
    """True for a row with a member for pictures, videos or sounds beside its messages."""
    return bool({*IMAGE_COLUMNS, "videos", "video", "audios", "audio"} & row.keys())


def beside(row: JsonObject) -> tuple[str, ...]:
    """The pictures that a row names beside its messages. Raises RejectedRowError `bad_image`."""
    value = next((row[name] for name in IMAGE_COLUMNS if row.get(name)), None)
    return () if value is None else media.listed(value)


def parts(content: object) -> MessageContent:
    """Text and media of a message's content. Raises RejectedRowError `bad_message` or `bad_image`."""
    if content is None:
        return MessageContent("")
    if isinstance(content, str):
        return MessageContent(content)
    if not isinstance(content, list):
        raise RejectedRowError("bad_message", f"A message's content is a {type(content).__name__}, not text or parts.")
    texts: list[str] = []
    named: list[tuple[str, str | int | None]] = []
    for part in content:
        if mark := mark_of(part):
            texts.append(mark)
            named.append((mark, _named(part, mark)))
        else:
            texts.append(_text(part))
    return MessageContent("".join(texts), tuple(named))


def mark_of(part: object) -> str:
    """The mark that stands in a text for a part with a picture, a video or a sound; "" for a part with text."""
    if not isinstance(part, dict):
        return ""
    kind = part.get("type")
    if isinstance(kind, str):
        return _KINDS.get(kind, "")
    return next((_KINDS[name] for name in _KINDS if part.get(name) is not None), "")


def is_picture(part: object) -> bool:
    """True for a part that stands for an image."""
    return mark_of(part) == IMAGE


def named_parts(listed: Sequence[object]) -> list[JsonObject]:
    """The parts of messages that stand for media."""
    contents = [entry.get("content") for entry in listed if isinstance(entry, dict)]
    return [part for content in contents if isinstance(content, list) for part in content if mark_of(part)]


def message(entry: JsonObject, text: str) -> Message:
    """A message with its text, or with the calls that it makes in place of one."""
    speaker = role(entry)
    calls = _calls(entry) if speaker == "call" else None
    return Message(speaker, tool_calls.of_openai(calls) if calls else text)


def _calls(entry: JsonObject) -> object:
    """The calls of a message; a single one as the service had it before it knew several."""
    single = entry.get("function_call")
    return entry.get("tool_calls") or ([single] if isinstance(single, dict) else None)


def _placed(
    parts_of_all: Sequence[tuple[str, str | int | None]], mark: str, column: tuple[str, ...]
) -> tuple[str, ...]:
    """What parts of a kind name, in their order; the names beside the messages stand for those without one."""
    named = [reference for kind, reference in parts_of_all if kind == mark] if parts_of_all else []
    if not named:
        return column
    waiting = list(column)
    placed: list[str] = []
    for reference in named:
        if isinstance(reference, str):
            placed.append(reference)
        elif isinstance(reference, int) and reference < len(column):
            placed.append(column[reference])
            waiting.remove(column[reference]) if column[reference] in waiting else None
        elif waiting:
            placed.append(waiting.pop(0))
    return tuple(placed) if all(isinstance(reference, str) for reference in named) else (*placed, *waiting)


def rewritten(messages: Sequence[JsonObject], texts: Mapping[int, str | None]) -> list[JsonObject]:
    """Replaces texts of messages; picture parts stay where `<image>` is.

    Args:
        messages: Messages with role and content.
        texts: New text by the message's position; a message whose text is None is left out, and its pictures go
            where a later or earlier new text marks more than its message had.

    Returns:
        The messages in order; an unchanged one is the same object.
    """
    spare = [
        part
        for position, message in enumerate(messages)
        if texts.get(position, "") is None
        for part in _picture_parts(message.get("content"))
    ]
    changed: list[JsonObject] = []
    for position, message in enumerate(messages):
        text = texts.get(position, "")
        if text is None:
            continue
        if position in texts:
            message, text = thoughts.parted(message, text)
            pictures = _picture_parts(message.get("content"))
            missing = max(0, text.count(IMAGE) - len(pictures))
            pictures, spare = pictures + spare[:missing], spare[missing:]
            message = {**message, "content": _refilled(message.get("content"), text, pictures)}
        changed.append(message)
    return changed


def plain(messages: Sequence[Message], names: Mapping[Role, str]) -> list[JsonObject]:
    """New messages with role and content, each role by its name in the format."""
    return [{"role": names[message.role], "content": message.text} for message in messages]


def in_parts(messages: Sequence[Message], images: Sequence[object], names: Mapping[Role, str]) -> list[JsonObject]:
    """Makes new messages whose contents are lists of parts throughout: a table needs one type for all of them.

    Args:
        messages: Messages whose texts mark pictures by `<image>`.
        images: A part for each picture, in the order of the marks.
        names: Each role's name in the format.

    Returns:
        Messages with role and content.
    """
    waiting = list(images)
    new_messages: list[JsonObject] = []
    for entry in messages:
        text = entry.text
        content = None
        if "<" in text:  # most have no mark, and there are millions
            text = _BREAK.sub(IMAGE, text)
            count = text.count(IMAGE)
            pictures, waiting = waiting[:count], waiting[count:]
            content = split(text, pictures)
        new_messages.append({"role": names[entry.role], "content": content or [{"type": "text", "text": text}]})
    return new_messages


def split(text: str, media_parts: Sequence[object], name: str = "text") -> list[object]:
    """Splits a text into parts at each mark.

    Args:
        text: Message text, an `<image>` where a picture stands, and so for videos and sounds.
        media_parts: Parts in the order of the marks; those left over stand at the end.
        name: Key of a text part's text.

    Returns:
        Text and other parts in order; blank texts are left out, and an `<image>` for which there is no picture.
    """
    waiting = list(media_parts)
    content: list[object] = []
    for piece in MEDIA.split(text):
        part_no = next((index for index, part in enumerate(waiting) if (mark_of(part) or IMAGE) == piece), None)
        if part_no is not None:
            content.append(waiting.pop(part_no))
        elif piece.strip() and piece != IMAGE:
            content.append({"type": "text", name: piece})
    return content + waiting


def _refilled(content: object, text: str, pictures: Sequence[object]) -> object:
    if not isinstance(content, list):
        return text
    other_media = [part for part in content if mark_of(part) not in ("", IMAGE)]
    name = "value" if any(isinstance(part, dict) and "value" in part for part in content) else "text"
    return split(text, [*pictures, *other_media], name)


def _picture_parts(content: object) -> list[object]:
    return [part for part in content if is_picture(part)] if isinstance(content, list) else []


def _named(part: JsonObject, mark: str) -> str | int | None:
    """What a part names: a reference, or the place in the row's column, or nothing.

    Raises RejectedRowError `bad_image`.
    """
    value = next((part[name] for name in _NAMED_BY if part.get(name) is not None), None)
    if value is None:
        index = part.get("index")
        if part.get("type") not in ("image", "video", "audio"):
            raise RejectedRowError("bad_image", f"An {mark[1:-1]} part names nothing.")
        return index if type(index) is int and index >= 0 else None
    reference = media.video(value)[:1] if mark == VIDEOS else [media.reference(value)]
    if not reference or not isinstance(reference[0], str):
        raise RejectedRowError("bad_image", f"The {mark[1:-1]} of a part is neither a name nor a list of names.")
    return reference[0]


def _text(part: object) -> str:
    if isinstance(part, str):
        return part
    if isinstance(part, dict):
        named = [part[name] for name in _TEXTS if part.get(name) is not None]
        if named and isinstance(named[0], str):
            thought = part.get("type") in ("thinking", "reasoning")
            return f"<think>{named[0]}</think>" if thought else named[0]
        if not named and any(name in part for name in _TEXTS):
            return ""
        if part.get("type") in ("tool_use", "tool_call", "tool_result"):
            return _tool_text(part)
    raise RejectedRowError("bad_message", "A part of a message is neither text nor an image.")


def _tool_text(part: JsonObject) -> str:
    """A call of a tool, or its result, among the parts of a message."""
    if part.get("type") == "tool_result":
        return parts(part.get("content")).text
    return tool_calls.of_openai([{"name": part.get("name"), "arguments": part.get("input", part.get("arguments"))}])


def rewrite_row(row: JsonObject, texts: Mapping[int, str | None]) -> JsonObject:
    """Replaces texts of the row's messages and of the answer beside them.

    Args:
        row: Parsed row that `conversation` reads.
        texts: New text by the message's position in the row; a message whose text is None is left out.

    Returns:
        A new row with everything else as it was.
    """
    return answers.rewritten(row, "messages", texts, rewritten)
