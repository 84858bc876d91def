"""Parquet of Hugging Face sets: images as `{bytes, path}` beside messages, a question and answer, or a caption.

(https://huggingface.co/docs/datasets/about_dataset_features#image-feature)
"""

from __future__ import annotations

from collections.abc import Mapping

from curation.formats import inner, messages
from curation.formats.contract import Format
from curation.formats.conversation import Conversation, RejectedRowError
from scoring.json_types import JsonObject

EXAMPLE = """\
{"image": {"bytes": null, "path": "1.jpg"}, "question": "What is it?", "answer": "A dog."}
{"images": [{"bytes": null, "path": "1.jpg"}, {"bytes": null, "path": "2.jpg"}], "messages": [{"role": "user", \
"content": "Which is larger?"}, {"role": "assistant", "content": "The first."}]}
"""


def recognise(row: object) -> bool:
    """True for an image, or a list of them, of bytes and path."""
    if not isinstance(row, dict):
        return False
    return any(isinstance(picture, dict) and {"bytes", "path"} & picture.keys() for picture in _pictures(row))


def read(row: object) -> Conversation:
    """The conversation on the row's images. Raises RejectedRowError `no_conversation`, `bad_message` or `bad_image`."""
    if not isinstance(row, dict):
        raise RejectedRowError("not_an_object", f"The row is a {type(row).__name__}, not an object.")
    return inner.read(row, tuple(_name(picture) for picture in _pictures(row)))


def rewrite(row: JsonObject, texts: Mapping[int, str | None]) -> JsonObject:
    """Replaces texts of the row's conversation, whichever shape it has.

    Args:
        row: Parsed row that `read` accepts.
        texts: New text by the message's position; None leaves a message out, but a text in a column as it is.

    Returns:
        A new row with everything else as it was.
    """
    return inner.rewrite(row, texts)


def write(row: Conversation, images: tuple[str, ...]) -> list[JsonObject]:
    """Makes a new row of a conversation, its images as bytes where they are tokens.

    Args:
        row: Conversation read from a row of any format.
        images: Names or tokens of its images in the export, in order.

    Returns:
        One row.
    """
    pictures = [{"bytes": image, "path": f"{number}.jpg"} for number, image in enumerate(images)]
    return [{"id": row.source_id or "", "images": pictures, "messages": messages.plain(row.messages)}]


def _pictures(row: JsonObject) -> list[object]:
    pictures = row.get("images", row.get("image"))
    return [] if pictures is None else pictures if isinstance(pictures, list) else [pictures]


def _name(image: object) -> str:
    name = (image.get("bytes") or image.get("path")) if isinstance(image, dict) else image
    if not isinstance(name, str):
        raise RejectedRowError("bad_image", "The row's image has neither bytes nor a path.")
    return name


FORMAT = Format(
    name="hf_parquet",
    title="Hugging Face Parquet",
    about="`load_dataset` of Hugging Face `datasets`, and trainers on top of it such as TRL.",
    example=EXAMPLE,
    recognise=recognise,
    read=read,
    rewrite=rewrite,
    write=write,
    marks_images=False,
    containers=("parquet", "arrow", "lines"),
    packs_images=True,
)
