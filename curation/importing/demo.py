"""The demo data set: hand-written conversations on photos that the installed packages ship."""

from __future__ import annotations

import importlib.util
import shutil
from pathlib import Path
from typing import Any

import orjson
from PIL import Image, ImageFilter

from curation.common import program
from curation.common.errors import WinnowError
from curation.importing.importer import ImportProgress, ImportReport, import_file
from curation.importing.options import ImportOptions
from curation.workspace import Workspace
from scoring.image.opening import opened
from scoring.json_types import JsonObject

ASSETS = program.ROOT / "assets" / "demo"


class PhotoMissingError(WinnowError):
    """A photo of the demo is not in the installed packages: install the requirements again."""


def build(folder: Path) -> Path:
    """Write `demo.json` (LLaVA format), `annotations.json` and `images/`; the same bytes every time.

    Conversations on photos of packages that are not installed are left out.

    Returns the path of `demo.json`. Raises PhotoMissingError, naming the package and the file.
    """
    images = folder / "images"
    images.mkdir(parents=True, exist_ok=True)
    photos, absent = _read("photos.json"), missing_packages()
    for name, photo in photos.items():
        if photo["package"] not in absent:
            _write_photo(photo, images / name)
    shutil.copyfile(ASSETS / "annotations.json", folder / "annotations.json")
    records = [_record(number, row) for number, row in enumerate(_read("conversations.json"), start=1)]
    if absent:
        gone = {name for name, photo in photos.items() if photo["package"] in absent}
        records = [record for record in records if gone.isdisjoint(_names(record))]
    (folder / "demo.json").write_bytes(orjson.dumps(records, option=orjson.OPT_INDENT_2))
    return folder / "demo.json"


def missing_packages() -> set[str]:
    """Packages that ship photos of the demo and are not installed."""
    packages = {photo["package"] for photo in _read("photos.json").values()}
    return {name for name in packages if importlib.util.find_spec(name) is None}


def _names(record: JsonObject) -> list[str]:
    image = record.get("image", [])
    return [image] if isinstance(image, str) else image


def import_into(workspace: Workspace, progress: ImportProgress | None = None) -> ImportReport:
    """Builds the set inside the workspace and imports it with its annotations; scoring is left to the caller.

    Args:
        workspace: Open workspace; the files go into its folder `demo`.
        progress: Called as by `import_file`.

    Returns:
        The report of the import.

    Raises:
        PhotoMissingError: A package that ships photos is not installed.
    """
    path = build(workspace.folder / "demo")
    return import_file(
        workspace, path, ImportOptions(annotations=path.parent / "annotations.json", name="demo"), progress=progress
    )


def truth() -> dict[int, JsonObject]:
    """What was planted, by the row's index in `demo.json`.

    Keys: `task`; `defect`, the name of what is wrong; `markup`, the language of an injection;
    `hallucination` and `asserts_nothing`, lists of {"turn", "span": [start, end, text]} with character
    offsets into the response: objects that are not there, and mentions that must not be flagged.
    """
    return {index: _facts(row) for index, row in enumerate(_read("conversations.json"))}


def _read(name: str) -> Any:
    return orjson.loads((ASSETS / name).read_bytes())


def _record(number: int, row: JsonObject) -> JsonObject:
    record: JsonObject = {"id": f"demo-{number:04d}"}
    if "image" in row:
        record["image"] = row["image"]
    record["conversations"] = row.get("conversations") or _messages(row)
    return record


def _messages(row: JsonObject) -> list[JsonObject]:
    """The turns as LLaVA messages; an `<image>` per picture opens the first one."""
    image = row.get("image", [])
    pictures = [image] if isinstance(image, str) else image
    prefix = "<image>\n" * len(pictures)
    messages = []
    for question, answer in row["turns"]:
        messages += [{"from": "human", "value": prefix + question}, {"from": "gpt", "value": answer}]
        prefix = ""
    return messages


def _facts(row: JsonObject) -> JsonObject:
    facts: JsonObject = {key: row[key] for key in ("task", "defect", "markup") if key in row}
    for key, planted in (("hallucination", "hallucinated"), ("asserts_nothing", "asserts_nothing")):
        if planted in row:
            facts[key] = [_span(row["turns"], turn, text) for turn, text in row[planted]]
    return facts


def _span(turns: list[list[str]], turn: int, text: str) -> JsonObject:
    start = turns[turn][1].index(text)
    return {"turn": turn, "span": [start, start + len(text), text]}


def _write_photo(photo: JsonObject, path: Path) -> None:
    source = _locate(photo["package"], photo["path"])
    if "crop" not in photo and "change" not in photo:
        shutil.copyfile(source, path)
        return
    with opened(str(source)) as image:
        picture = image.convert("RGB")
    if "crop" in photo:
        picture = picture.crop(photo["crop"])
    _changed(picture, photo.get("change", "")).save(path, quality=80 if photo.get("change") else 92)
    if photo.get("change") == "truncated":
        path.write_bytes(path.read_bytes()[: path.stat().st_size // 3])


def _changed(picture: Image.Image, change: str) -> Image.Image:
    """The picture with a planted defect: blurred, dark, tiny, or merely resaved a little smaller."""
    if change == "blurred":
        return picture.filter(ImageFilter.GaussianBlur(picture.width / 80))
    if change == "dark":
        return picture.point(lambda level: level // 16)
    if change == "tiny":
        return picture.resize((30, 20))
    if change == "resaved":
        return picture.resize((picture.width * 9 // 10, picture.height * 9 // 10))
    return picture


def _locate(package: str, path: str) -> Path:
    """A file of an installed package, found without importing the package."""
    spec = importlib.util.find_spec(package)
    for folder in (spec and spec.submodule_search_locations) or ():
        if (Path(folder) / path).is_file():
            return Path(folder) / path
    raise PhotoMissingError(f"{PhotoMissingError.__doc__} Missing: {path} of {package}.")
