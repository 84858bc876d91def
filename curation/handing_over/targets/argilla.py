"""Argilla: a dataset on disk, its settings, and records whose suggestions are the flags and people's verdicts.

(https://docs.argilla.io/latest/how_to_guides/import_export/)
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import orjson
import polars as pl

from curation.handing_over.contract import HandedFlag, HandedSample, HandedSet, Target
from curation.handing_over.files import write_list
from scoring.json_types import JsonObject

RECORDS, SETTINGS, DATASET = "records.json", ".argilla/settings.json", ".argilla/dataset.json"
VERDICTS = ("approve", "reject", "later")
OTHER = "other"
"""A kind beside those that there are: Argilla takes no question with a single answer."""
_NO_METADATA = ("key", "source_id", "verdict", "verdict_by")
"""Columns that are no metadata: names of single samples, and what is a suggestion."""
_GUIDELINES = "Texts and pictures from Winnow. Suggestions are its flags, and what people decided."
_LINES = """\
cd FOLDER  # pictures are named from here; ARGILLA_API_URL and ARGILLA_API_KEY say where Argilla runs
python -c "import argilla as rg; rg.Dataset.from_disk('.', name='winnow')\""""


def write(handed: HandedSet, folder: Path) -> tuple[Sequence[Path], str]:
    """Writes the dataset as Argilla keeps one on disk.

    Args:
        handed: The samples.
        folder: Where the files go.

    Returns:
        The files, and the lines that open them.
    """
    files = [folder / RECORDS, folder / SETTINGS, folder / DATASET]
    files[1].parent.mkdir()
    kinds, table = (*handed.kinds, OTHER), handed.table()
    write_list(files[0], (_record(sample) for sample in handed.samples()))
    images = int(table["images"].max() or 0)  # type: ignore[arg-type]
    files[1].write_bytes(orjson.dumps(_settings(kinds, images, table)))
    files[2].write_bytes(orjson.dumps({"name": "winnow", "guidelines": _GUIDELINES, "allow_extra_metadata": True}))
    return files, _LINES


def _record(sample: HandedSample) -> JsonObject:
    text, starts = sample.dialogue()
    fields = {"text": text} | {f"image_{number}": name for number, name in enumerate(sample.images, start=1)}
    spans = [
        {"start": starts[flag.turn] + flag.start, "end": starts[flag.turn] + flag.end, "label": flag.kind}
        for flag in sample.flags
        if _is_on_words(flag, starts) and flag.turn is not None and flag.start is not None and flag.end is not None
    ]
    other_kinds = sorted({flag.kind for flag in sample.flags if not _is_on_words(flag, starts)})
    suggestions: JsonObject = {"flags": _suggestion(spans)} if spans else {}
    suggestions |= {"kinds": _suggestion(other_kinds)} if other_kinds else {}
    verdict = sample.facts.get("verdict")
    suggestions |= {"verdict": _suggestion(verdict)} if verdict in VERDICTS else {}
    metadata = {name: value for name, value in sample.facts.items() if name not in _NO_METADATA}
    return {"id": sample.key, "fields": fields, "metadata": metadata, "suggestions": suggestions, "responses": {}}


def _is_on_words(flag: HandedFlag, starts: dict[int, int]) -> bool:
    return flag.turn in starts and flag.start is not None and flag.end is not None and flag.start < flag.end


def _suggestion(value: object) -> JsonObject:
    return {"value": value, "score": None, "agent": "winnow"}


def _settings(kinds: Sequence[str], images: int, table: pl.DataFrame) -> JsonObject:
    fields = [_field(f"image_{number}", {"type": "image"}, False) for number in range(1, images + 1)]
    fields.append(_field("text", {"type": "text", "use_markdown": False}, True))
    options = {"options": _options(kinds), "visible_options": None}
    span: JsonObject = {"type": "span", "field": "text", "allow_overlapping": True}
    questions = [
        _field("flags", span | options, False),
        _field("kinds", {"type": "multi_label_selection", "options_order": "natural"} | options, False),
        _field("verdict", {"type": "label_selection", "options": _options(VERDICTS), "visible_options": None}, True),
    ]
    return {
        "guidelines": _GUIDELINES, "questions": questions, "fields": fields, "vectors": [],
        "metadata": [property for name in table.columns for property in _metadata(name, table[name].dtype)],
        "allow_extra_metadata": True, "distribution": {"strategy": "overlap", "min_submitted": 1}, "mapping": None,
    }  # fmt: skip


def _field(name: str, settings: JsonObject, required: bool) -> JsonObject:
    return {
        "name": name, "title": name, "description": None, "required": required, "settings": settings,
        "type": settings["type"],
    }  # fmt: skip


def _options(values: Sequence[str]) -> list[JsonObject]:
    return [{"text": value, "value": value} for value in values]


def _metadata(name: str, kind: pl.DataType) -> list[JsonObject]:
    """What a column is filtered by; nothing where it is no metadata."""
    if name in _NO_METADATA:
        return []
    settings: JsonObject = {"type": "terms", "values": None}
    if kind.is_numeric():
        settings = {"type": "float" if kind.is_float() else "integer", "min": None, "max": None}
    visibility = {"visible_for_annotators": True}
    return [{"name": name, "title": name, "settings": visibility | settings} | visibility]


TARGET = Target(
    name="argilla",
    title="Argilla",
    about="A dataset on disk whose suggestions are the flags, on the words where they have some, and the verdicts.",
    write=write,
)
