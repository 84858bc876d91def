"""Parquet of Hugging Face sets: images as `{bytes, path}` beside messages, a question and answer, or a caption.

(https://huggingface.co/docs/datasets/about_dataset_features#image-feature)
"""

from __future__ import annotations

from collections.abc import Mapping

import orjson

from curation.formats import inner
from curation.formats.contract import Format, Launch, RowFile
from curation.formats.conversation import Conversation, RejectedRowError, ending
from scoring.json_types import JsonObject

EXAMPLE = """\
{"image": {"bytes": null, "path": "1.jpg"}, "question": "What is it?", "answer": "A dog."}
{"images": [{"bytes": null, "path": "1.jpg"}, {"bytes": null, "path": "2.jpg"}], "messages": [{"role": "user", \
"content": "Which is larger?"}, {"role": "assistant", "content": "The first."}]}
"""


PICTURE = {"bytes": None, "path": ""}


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
    return [_beside(row, images) | inner.written(row)]


def dpo(row: Conversation, images: tuple[str, ...], preferred: str, rejected: str) -> JsonObject:
    """Makes a preference pair as TRL's DPO trainer reads it: prompt, chosen and rejected.

    Args:
        row: Conversation that ends with the instruction.
        images: Tokens of its images, in order.
        preferred: Answer that people prefer.
        rejected: Answer that they reject.

    Returns:
        One row.
    """
    return _beside(row, images) | inner.dpo(row, preferred, rejected)


def kto(row: Conversation, images: tuple[str, ...], desired: bool) -> JsonObject:
    """Makes a row as TRL's KTO trainer reads it: prompt, completion and label.

    Args:
        row: Conversation that ends with the answer.
        images: Tokens of its images, in order.
        desired: True where people want such an answer.

    Returns:
        One row.
    """
    return _beside(row, images) | inner.kto(row, desired)


def launch(file: RowFile) -> list[Launch]:
    """The lines that load the rows, which TRL's trainers take as `train_dataset`."""
    lines = (
        "from datasets import load_dataset\n\n"
        f'rows = load_dataset("parquet", data_files={orjson.dumps(file.location).decode()}, split="train")'
    )
    trainers = {"": "SFTTrainer", "dpo": "DPOTrainer", "kto": "KTOTrainer"}
    note = f"TRL takes them as they are: `{trainers[file.kind]}(model, train_dataset=rows)`."
    return [Launch(program="datasets, TRL", language="python", lines=lines, note=note)]


def _beside(row: Conversation, images: tuple[str, ...]) -> JsonObject:
    pictures = [{"bytes": image, "path": f"{number}.{ending(image)}"} for number, image in enumerate(images)]
    return {"id": row.source_id or "", "images": pictures}


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
    dpo=dpo,
    kto=kto,
    marks_images=False,
    roles=("user", "assistant", "system"),
    shapes={kind: {"id": "", "images": [PICTURE]} | shape for kind, shape in inner.SHAPES.items()},
    launch=launch,
    containers=("parquet", "arrow", "lines"),
    packs_images=True,
)
