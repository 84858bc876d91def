"""FiftyOne: a dataset as JSON with a sample for every picture; flags, verdicts, scores and places are its fields.

(https://docs.voxel51.com/api/fiftyone.core.dataset.html#fiftyone.core.dataset.Dataset.from_json)
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

import orjson
import polars as pl

from curation.handing_over.contract import HandedFlag, HandedSample, HandedSet, Target
from curation.handing_over.files import write_list
from scoring.json_types import JsonObject

SAMPLES = "samples.json"
_FIELDS = "fiftyone.core.fields"
_LABELS = "fiftyone.core.labels"
_OWN = ("tags", "verdict", "id")
"""Columns that are a sample's tags and labels, or that FiftyOne keeps for itself."""
_LINES = f"""\
python -c "import fiftyone; data = fiftyone.Dataset.from_json('FOLDER/{SAMPLES}', rel_dir='FOLDER'); \
fiftyone.launch_app(data).wait()"
# A sample there is a picture: conversations without one are not in it."""


def write(handed: HandedSet, folder: Path) -> tuple[Sequence[Path], str]:
    """Writes the dataset.

    Args:
        handed: The samples.
        folder: Where the file goes.

    Returns:
        The file, and the lines that open it.
    """
    path = folder / SAMPLES
    head: JsonObject = {"name": "winnow", "media_type": "image", "sample_fields": _schema(handed.table()), "info": {}}
    before = orjson.dumps(head)[:-1] + b',"samples":['
    write_list(path, (row for sample in handed.samples() for row in _pictures(sample)), before, b"]}\n")
    return [path], _LINES


def _pictures(sample: HandedSample) -> Iterator[JsonObject]:
    text, _ = sample.dialogue()
    facts = {name: value for name, value in sample.facts.items() if name not in _OWN}
    verdict = sample.facts.get("verdict")
    for number, name in enumerate(sample.images):
        yield {
            **facts,
            "filepath": name,
            "tags": sample.facts.get("tags", []),
            "metadata": None,
            "picture": number,
            "text": text,
            "flags": {"_cls": "Classifications", "classifications": [_label(flag) for flag in sample.flags]},
            "verdict": {"_cls": "Classification", "label": verdict} if verdict else None,
        }


def _label(flag: HandedFlag) -> JsonObject:
    score = {} if flag.score is None else {"confidence": flag.score}
    turn = {} if flag.turn is None else {"turn": flag.turn}
    words = {} if flag.start is None else {"start": flag.start, "end": flag.end}
    about = {"reason": flag.reason, "metric": flag.metric, "status": flag.status}
    return {"_cls": "Classification", "label": flag.kind, **score, **turn, **words, **about}


def _schema(table: pl.DataFrame) -> dict[str, str]:
    kinds = {name: _field(table[name].dtype) for name in table.columns if name not in _OWN}
    labels = {"flags": "Classifications", "verdict": "Classification"}
    embedded = {name: f"{_FIELDS}.EmbeddedDocumentField({_LABELS}.{label})" for name, label in labels.items()}
    return kinds | {"picture": f"{_FIELDS}.IntField", "text": f"{_FIELDS}.StringField"} | embedded


def _field(kind: pl.DataType) -> str:
    if kind.is_numeric():
        return f"{_FIELDS}.{'FloatField' if kind.is_float() else 'IntField'}"
    return f"{_FIELDS}.StringField"


TARGET = Target(
    name="fiftyone",
    title="FiftyOne",
    about="A dataset as JSON: a sample for every picture, with flags and verdicts as labels, scores as fields.",
    write=write,
)
