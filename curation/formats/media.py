"""References to pictures, videos and sounds in the members of a row, whichever way they are written."""

from __future__ import annotations

import re
from collections.abc import Sequence

import orjson

from curation.formats.conversation import names_of
from scoring.json_types import JsonObject

NAMED = ("image", "images", "image_path", "img", "img_path", "image_name", "img_name", "imgname", "imagename",
         "image_filename", "image_file", "img_file", "img_fn", "image_local_name", "image_url", "image_paths",
         "image_urls", "image_list")  # fmt: skip
"""Members that can only be meant for pictures; the first that says anything counts."""
IMAGES = ("image", "images", "image_path", "img", "img_path", "file", "filename", "path", *NAMED[5:14], "url",
          "image_url", "image_id", "imageid", *NAMED[15:], "filepath", "file_path", "picture", "photo")  # fmt: skip
"""Members that name pictures in tables of nothing but pictures and texts."""
_PICTURE = re.compile(r"\.(?:jpe?g|png|webp|bmp)$", re.IGNORECASE)
_MARK = re.compile(r"<[\w ]*image[\w ]*>|\[?image[_ -]?\d+\]?", re.IGNORECASE)


def member(row: JsonObject, names: Sequence[str]) -> str:
    """The first of these members that says anything, in whichever case it is written; "" for none."""
    by_name = {name.lower(): name for name in reversed(row) if row[name]}
    return next((by_name[name] for name in names if name in by_name), "")


def images(row: JsonObject, names: Sequence[str] = NAMED) -> tuple[str, ...]:
    """Gives the pictures that a row's members name.

    Args:
        row: Parsed row.
        names: Members that may name them.

    Returns:
        References in order.

    Raises:
        RejectedRowError: `bad_image`.
    """
    member_name = member(row, names)
    value = row.get(member_name)
    if isinstance(value, int) and not isinstance(value, bool):
        value = str(value)
    named = listed(value)
    return (
        tuple(name if "." in name else f"{name}.jpg" for name in named)
        if member_name.lower() in ("image_id", "imageid")
        else named
    )


def listed(value: object) -> tuple[str, ...]:
    """References in a value: a name, an object with one, a list of them, or an object of names by marks.

    Raises RejectedRowError `bad_image`.
    """
    if isinstance(value, dict) and value and all(_MARK.fullmatch(mark) for mark in value):
        value = list(value.values())
    entries = value if isinstance(value, list) else [value]
    return names_of([reference(entry) if isinstance(entry, dict) else entry for entry in entries])


def reference(value: object) -> object:
    """What a value names: an object may have an address, a path, or bytes with their media type."""
    if not isinstance(value, dict):
        return value
    kind = value.get("media_type", value.get("mime_type", value.get("mimeType")))
    data = value.get("data")
    if isinstance(data, str) and isinstance(kind, str) and ":" not in data:
        return f"data:{kind};base64,{data}"  # a picture that was taken out of the row has a colon in its token
    names = ("bytes", "url", "path", "fileUri", "file_uri", "image_path", "file_id", "base64")
    return next((value[name] for name in names if value.get(name)), data)


def video(value: object) -> list[str]:
    """A video's reference; that of a list of frames is JSON of their names. Raises RejectedRowError `bad_image`."""
    if isinstance(value, list):
        return [orjson.dumps(names_of(value, "video")).decode()] if value else []
    return list(names_of(reference(value), "video"))


def videos(row: JsonObject) -> tuple[str, ...]:
    """The videos that a row's members name. Raises RejectedRowError `bad_image`."""
    value = row.get("videos", row.get("video"))
    if value is None:
        return ()
    entries = value if isinstance(value, list) else [value]
    if len(entries) > 1 and all(isinstance(entry, str) and _PICTURE.search(entry) for entry in entries):
        entries = [entries]  # the frames of one video
    return tuple(name for entry in entries for name in video(entry))


def audios(row: JsonObject) -> tuple[str, ...]:
    """The sounds that a row's members name. Raises RejectedRowError `bad_image`."""
    value = row.get("audios", row.get("audio"))
    return () if value is None else names_of(value, "audio")
