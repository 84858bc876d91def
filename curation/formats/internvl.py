"""InternVL: LLaVA-shaped JSON Lines with image sizes, and a meta file that names each set, its folder and its length.

(https://internvl.readthedocs.io/en/latest/get_started/chat_data_format.html)
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import orjson

from curation.formats import llava
from curation.formats.contract import FOLDER, Format, Launch, RowFile
from curation.formats.conversation import Conversation
from scoring.json_types import JsonObject

EXAMPLE = """\
{"id": 0, "image": "images/0.jpg", "width": 640, "height": 480, "conversations": [{"from": "human", "value": \
"<image>\\nWhat is it?"}, {"from": "gpt", "value": "A dog."}]}
{"id": 1, "image": ["1.jpg", "2.jpg"], "width_list": [64, 32], "height_list": [48, 24], "conversations": [{"from": \
"human", "value": "Image-1: <image>\\nImage-2: <image>\\nWhat changed?"}, {"from": "gpt", "value": "The light."}]}
"""


META = "meta.json"
SCRIPT = "internvl_meta.py"
_SCRIPT = """\
# Prints the meta file beside this script with whole paths, so that InternVL's trainer can be started anywhere.
import json
import pathlib

folder = pathlib.Path(__file__).resolve().parent
meta = json.loads((folder / "meta.json").read_text(encoding="utf-8"))
for entry in meta.values():
    entry["root"] = f"{folder / entry['root']}/"
    entry["annotation"] = str(folder / entry["annotation"])
print(json.dumps(meta, indent=2))
"""


def recognise(row: object) -> bool:
    """True for a LLaVA row that says how large its images are."""
    return isinstance(row, dict) and llava.recognise(row) and bool({"width", "width_list"} & row.keys())


def read(row: object) -> Conversation:
    """The row's messages and images. Raises RejectedRowError as LLaVA rows do."""
    return llava.read(row)


def rewrite(row: JsonObject, texts: Mapping[int, str | None]) -> JsonObject:
    """Replaces texts of the row's messages.

    Args:
        row: Parsed row that `read` accepts.
        texts: New text by the message's position in the row; a message whose text is None is left out.

    Returns:
        A new row with everything else as it was.
    """
    return llava.rewrite(row, texts)


def write(row: Conversation, images: tuple[str, ...]) -> list[JsonObject]:
    """Makes a new row of a conversation; the texts mark each image with `<image>`, each video with `<video>`.

    Args:
        row: Conversation read from a row of any format.
        images: Names of its images in the export, in order.

    Returns:
        One row.
    """
    (new_row,) = llava.write(row, images)
    first = row.messages[0].text if row.messages else ""
    if images and "<image>" not in first:
        new_row["image"] = list(images)  # a single name has the trainer put one more mark into the first message
    if row.videos:
        new_row["conversations"] = [
            {**entry, "value": message.text}
            for entry, message in zip(new_row["conversations"], row.messages, strict=True)
        ]
    return [new_row]


def trouble(row: Conversation) -> str:
    """Why the trainer would not read a conversation as it is meant, "" where it would."""
    if "system" in [message.role for message in row.messages[1:]]:
        return "with a system message after the first message"
    if row.videos and (len(row.videos) > 1 or row.images or "<video>" not in row.messages[0].text):
        return "with a video that is not alone in the first message"
    return ""


def companion_files(files: Sequence[RowFile]) -> dict[str, bytes]:
    """Makes a meta file for each split, as InternVL's trainer trains on all that one names; and a script beside them.

    Args:
        files: Files of rows, of which those of preferences are left out.

    Returns:
        Bytes of each file by its name: `meta.json` for the first split, `meta-SPLIT.json` for others.
    """
    metas: dict[str, JsonObject] = {}
    for file in files:
        if not file.kind:
            name = META if file.split == files[0].split else f"meta-{file.split}.json"
            metas.setdefault(name, {})[file.name] = _entry(file)
    written = {name: orjson.dumps(meta, option=orjson.OPT_INDENT_2) + b"\n" for name, meta in metas.items()}
    return {**written, SCRIPT: _SCRIPT.encode()}


def launch(_file: RowFile) -> list[Launch]:
    """The options that InternVL's trainer reads the rows by: it takes paths from where it is started."""
    return [
        Launch(
            program="InternVL",
            language="sh",
            lines=f"python {FOLDER}/{SCRIPT} > meta-here.json\n"
            "torchrun internvl/train/internvl_chat_finetune.py --meta_path meta-here.json",
            note=f"Started in this folder, the trainer takes `{META}` as it is.",
        )
    ]


def _entry(file: RowFile) -> JsonObject:
    return {
        "root": file.root if file.root.startswith("/") else f"{file.root}/".lstrip("/"),
        "annotation": file.path,
        "data_augment": False,
        "repeat_time": 1,
        "length": file.rows,
    }


FORMAT = Format(
    name="internvl",
    title="InternVL conversations",
    about="InternVL's trainer, with a meta file.",
    example=EXAMPLE,
    recognise=recognise,
    read=read,
    rewrite=rewrite,
    write=write,
    roles=("user", "assistant", "system"),
    trouble=trouble,
    opens=("reference", "copy"),
    companion_files=companion_files,
    launch=launch,
    containers=("lines",),
)
