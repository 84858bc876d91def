"""Argilla's own reading of settings and records, and its validation of suggestions, without a server."""

from __future__ import annotations

import json
import os
import sys
from pathlib import Path
from unittest import mock

TOOL, TITLE = "argilla", "argilla 2.8.0"
PACKAGES: tuple[str, ...] = ("argilla==2.8.0", "requests")
ALONE: tuple[str, ...] = ()


def read(folder: Path) -> int:
    """Builds the dataset and makes of every record what would be sent to a server."""
    import argilla
    from argilla.datasets import Dataset
    from argilla.records._io._json import JsonIO

    with mock.patch.object(argilla.Argilla, "_get_default", return_value=mock.MagicMock()):
        os.chdir(folder)
        settings = argilla.Settings.from_json(".argilla/settings.json")
        settings.validate()
        model = Dataset._load_dataset_model(path=".argilla/dataset.json")
        dataset = Dataset(name=model.name, settings=settings, client=mock.MagicMock())
        records = JsonIO._records_from_json("records.json")
        fields = {field.name for field in settings.fields}
        questions = {question.name for question in settings.questions}
        for record in records:
            record.dataset = dataset
            sent = record.api_model().model_dump(mode="json")
            if not set(sent["fields"]) <= fields:
                raise ValueError(f"{record.id} has the fields {sorted(sent['fields'])}")
            for suggestion in record.suggestions:
                if suggestion.question_name not in questions:
                    raise ValueError(f"there is no question {suggestion.question_name}")
            for name, value in sent["fields"].items():
                if name.startswith("image_") and value and not str(value).startswith("data:image/"):
                    raise ValueError(f"the picture {value[:80]} of {record.id} was not taken")
        if len(json.loads(Path("records.json").read_text(encoding="utf-8"))) != len(records):
            raise ValueError("records are missing")
    return len(records)


if __name__ == "__main__":
    print(read(Path(sys.argv[1])))
