"""What a conversion leaves behind: fields of rows that the target format has no place for, counted by dataset.

A field is carried when the converted row would differ without it. That is tried once for every dataset and every set
of fields that its rows have; all other rows are only counted.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
import orjson

from curation.exporting import image_marks
from curation.exporting.row_writer import ORIGINAL, Form
from curation.formats import registry
from curation.formats.contract import Format, Row
from curation.formats.conversation import RejectedRowError
from curation.workspace import Workspace
from scoring.arrays import Mask, Numbers
from storage import samples

CHUNK = 20_000
MOST_SHAPES = 500
"""Sets of fields that are tried for a dataset; rows with rarer ones are counted as their dataset's first one."""

Fields = frozenset[str]


@dataclass(frozen=True)
class Shape:
    """Rows of one dataset that have the same fields, and one of them."""

    dataset: str
    format: str
    fields: Fields
    raw: str


@dataclass(frozen=True)
class Shapes:
    """The shapes of some samples; `codes` has the position of each sample's shape, in the order of the samples."""

    shapes: tuple[Shape, ...]
    codes: Numbers


def shapes(workspace: Workspace, numbers: Sequence[int]) -> Shapes:
    """Reads rows of samples, some thousand at a time, and tells their sets of fields apart.

    Args:
        workspace: Open workspace.
        numbers: Numbers of the samples in row order.

    Returns:
        The different shapes, and which one each sample has.
    """
    codes_by_fields: dict[tuple[str, Fields], int] = {}
    distinct: list[Shape] = []
    counts: dict[str, list[int]] = defaultdict(list)
    codes = np.empty(len(numbers), dtype=np.int32)
    for position, (dataset, form, raw) in enumerate(_rows(workspace, numbers)):
        fields = _fields(_loads(form, raw))
        code = codes_by_fields.get((dataset, fields))
        if code is None:
            dataset_codes = counts[dataset]
            code = dataset_codes[0] if len(dataset_codes) >= MOST_SHAPES else len(distinct)
            codes_by_fields[dataset, fields] = code
            if code == len(distinct):
                dataset_codes.append(code)
                distinct.append(Shape(dataset, form, fields, raw))
        codes[position] = code
    return Shapes(tuple(distinct), codes)


def not_carried(sample_shapes: Shapes, target: str, among: Mask | None = None) -> dict[str, dict[str, int]]:
    """Counts the rows whose fields a format has no place for.

    Args:
        sample_shapes: Shapes of some samples.
        target: Name of the format.
        among: Says of each sample whether it counts; None for all.

    Returns:
        Rows by field, most first, by dataset.
    """
    codes = sample_shapes.codes if among is None else sample_shapes.codes[among]
    counts = np.bincount(codes, minlength=len(sample_shapes.shapes))
    rows_by_field: dict[str, dict[str, int]] = {}
    for shape, count in zip(sample_shapes.shapes, counts.tolist(), strict=True):
        for field in lost(shape, target) if count else ():
            counted = rows_by_field.setdefault(shape.dataset, {})
            counted[field] = counted.get(field, 0) + count
    return {
        name: dict(sorted(counted.items(), key=lambda pair: (-pair[1], pair[0])))
        for name, counted in rows_by_field.items()
    }


def for_manifest(workspace: Workspace, numbers: Sequence[int], form: Form) -> dict[str, dict[str, int]]:
    """Counts the rows whose fields the form has no place for.

    Args:
        workspace: Open workspace.
        numbers: Numbers of the exported samples in row order.
        form: How the split is written.

    Returns:
        Rows by field by dataset; {} for the rows as they came.
    """
    return {} if form.format == ORIGINAL else not_carried(shapes(workspace, numbers), form.format)


@lru_cache(maxsize=256)
def lost(shape: Shape, target: str) -> tuple[str, ...]:
    """Finds the fields of a shape without which the converted row is the same.

    Args:
        shape: Rows with the same fields.
        target: Name of the format to convert to.

    Returns:
        Names of fields in order; of a lost object only its own name.
    """
    source, into = registry.named(shape.format), registry.named(target)
    row = _loads(shape.format, shape.raw)
    converted = _converted(source, into, row)
    lost_fields = {field for field in shape.fields if _converted(source, into, _without(row, field)) == converted}
    return tuple(sorted(field for field in lost_fields if field.partition(".")[0] not in lost_fields - {field}))


def _rows(workspace: Workspace, numbers: Sequence[int]) -> Iterator[tuple[str, str, str]]:
    for start in range(0, len(numbers), CHUNK):
        frame = samples.rows(workspace.store, numbers[start : start + CHUNK])
        yield from frame.select("dataset", "format", "raw").iter_rows()


def _loads(form: str, raw: str) -> Row:
    return registry.named(form).parse(raw)


def _fields(row: object) -> Fields:
    """Names of a row's fields that hold something, those of objects in them and of its messages as `messages.loss`."""
    inside = _inside(row)
    names = {name for name, value in inside.items() if value not in (None, "", [], {})}
    for name in tuple(names):
        value = inside[name]
        for element in value if isinstance(value, list) else [value]:
            if isinstance(element, dict) and element.keys() != {"bytes", "path"}:
                names |= {f"{name}.{member}" for member in element}
    return frozenset(names)


def _inside(row: object) -> Mapping[str, object]:
    """The object with the fields: the row, or what a row that is one member under its own name holds."""
    if not isinstance(row, dict):
        return {}
    first = next(iter(row.values())) if len(row) == 1 else None
    return first if isinstance(first, dict) else row


def _without(row: Row, field: str) -> object:
    inside = _inside(row)
    name, _, member = field.partition(".")
    if field in inside or not member:
        remaining: dict[str, object] = {key: value for key, value in inside.items() if key != field}
    else:
        nested = inside[name]
        reduced = [_less(element, member) for element in nested] if isinstance(nested, list) else _less(nested, member)
        remaining = {**inside, name: reduced}
    return remaining if inside is row else {next(iter(row)): remaining}


def _less(element: object, member: str) -> object:
    return {key: value for key, value in element.items() if key != member} if isinstance(element, dict) else element


def _converted(source: Format, target: Format, row: object) -> bytes:
    """The converted row, b"" where the source cannot read it."""
    try:
        conversation = source.read(row)
    except RejectedRowError:
        return b""
    rewritten = image_marks.marked(conversation) if target.marks_images else image_marks.unmarked(conversation)
    return orjson.dumps(target.write(rewritten, rewritten.images)) if target.write else b""
