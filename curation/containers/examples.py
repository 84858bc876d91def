"""The example that every format carries, read as a file of it would be."""

from __future__ import annotations

import tempfile
from pathlib import Path

from curation.containers import registry, row_parser
from curation.containers.container import DatasetSource
from curation.formats.contract import Format


def rows(dataset_format: Format) -> tuple[str, list[object]]:
    """Reads a format's example.

    Args:
        dataset_format: The format.

    Returns:
        The name of the container that the example comes in, and its parsed rows.

    Raises:
        UnreadableFileError: No container knows the example.
        RejectedRowError: A row of it cannot be parsed.
    """
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "example.json")
        path.write_text(dataset_format.example, encoding="utf-8")
        container = registry.find(path)
        raw_rows = list(container.read(DatasetSource(path, _image_name)))
    return container.name, [row_parser.parse(raw, _image_name, dataset_format.loads).value for raw in raw_rows]


def _image_name(_data: bytes, extension: str) -> str:
    return f"kept/{'0' * 32}.{extension}"
