"""What a conversion leaves behind: fields of rows that the target format has no place for, counted by dataset.

A field is carried when the converted row would differ without it. That is tried once for every dataset and every set
of fields that its rows have; all other rows are only counted.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import numpy as np
import orjson

from curation.exporting import image_marks
from curation.exporting.row_writer import ORIGINAL, Form
from curation.formats import registry
from curation.formats.contract import Format
from curation.formats.conversation import RejectedRowError
from curation.workspace import Workspace
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
    """The shapes of some samples; `codes` has the place of each sample's shape, in the order of the numbers given."""

    known: tuple[Shape, ...]
    codes: np.ndarray


def shapes(workspace: Workspace, numbers: Sequence[int]) -> Shapes:
    """Reads the rows of the samples, which are in row order, some thousand at a time."""
    known: dict[tuple[str, Fields], int] = {}
    found: list[Shape] = []
    counts: dict[str, list[int]] = defaultdict(list)
    codes = np.empty(len(numbers), dtype=np.int32)
    for place, (key, form, raw) in enumerate(_rows(workspace, numbers)):
        dataset = key.rpartition("/")[0]
        fields = _fields(_loads(form, raw))
        code = known.get((dataset, fields))
        if code is None:
            mine = counts[dataset]
            code = mine[0] if len(mine) >= MOST_SHAPES else len(found)
            known[dataset, fields] = code
            if code == len(found):
                mine.append(code)
                found.append(Shape(dataset, form, fields, raw))
        codes[place] = code
    return Shapes(tuple(found), codes)


def not_carried(given: Shapes, target: str, among: np.ndarray | None = None) -> dict[str, dict[str, int]]:
    """Rows by field, most first, by dataset; `among` says of each sample whether it counts."""
    codes = given.codes if among is None else given.codes[among]
    counts = np.bincount(codes, minlength=len(given.known))
    found: dict[str, dict[str, int]] = {}
    for shape, count in zip(given.known, counts.tolist(), strict=True):
        for field in lost(shape, target) if count else ():
            mine = found.setdefault(shape.dataset, {})
            mine[field] = mine.get(field, 0) + count
    return {name: dict(sorted(mine.items(), key=lambda one: (-one[1], one[0]))) for name, mine in found.items()}


def for_manifest(workspace: Workspace, numbers: Sequence[int], form: Form) -> dict[str, dict[str, int]]:
    """Rows by field by dataset whose fields the form has no place for; {} for the rows as they came."""
    return {} if form.format == ORIGINAL else not_carried(shapes(workspace, numbers), form.format)


@lru_cache(maxsize=256)
def lost(shape: Shape, target: str) -> tuple[str, ...]:
    """The fields of a shape without which the converted row is the same."""
    source, into = registry.named(shape.format), registry.named(target)
    row = _loads(shape.format, shape.raw)
    whole = _converted(source, into, row)
    found = {one for one in shape.fields if _converted(source, into, _without(row, one)) == whole}
    return tuple(sorted(one for one in found if one.partition(".")[0] not in found - {one}))


def _rows(workspace: Workspace, numbers: Sequence[int]) -> Iterator[tuple[str, str, str]]:
    for start in range(0, len(numbers), CHUNK):
        frame = samples.rows(workspace.store, numbers[start : start + CHUNK])
        yield from frame.select("key", "format", "raw").iter_rows()


def _loads(form: str, raw: str) -> Any:
    return registry.named(form).parse(raw)


def _fields(row: Any) -> Fields:
    """Names of a row's fields that hold something, those of objects in them and of its messages as `messages.loss`."""
    inside = _inside(row)
    found = {name for name, value in inside.items() if value not in (None, "", [], {})}
    for name in tuple(found):
        value = inside[name]
        for one in value if isinstance(value, list) else [value]:
            if isinstance(one, dict) and one.keys() != {"bytes", "path"}:
                found |= {f"{name}.{member}" for member in one}
    return frozenset(found)


def _inside(row: Any) -> Mapping[str, Any]:
    """The object with the fields: the row, or what a row that is one member under its own name holds."""
    if not isinstance(row, dict):
        return {}
    first = next(iter(row.values())) if len(row) == 1 else None
    return first if isinstance(first, dict) else row


def _without(row: Any, field: str) -> Any:
    inside = _inside(row)
    name, _, member = field.partition(".")
    if field in inside or not member:
        rest: dict[str, Any] = {key: value for key, value in inside.items() if key != field}
    else:
        held = inside[name]
        kept = [_less(one, member) for one in held] if isinstance(held, list) else _less(held, member)
        rest = {**inside, name: kept}
    return rest if inside is row else {next(iter(row)): rest}


def _less(one: Any, member: str) -> Any:
    return {key: value for key, value in one.items() if key != member} if isinstance(one, dict) else one


def _converted(source: Format, target: Format, row: Any) -> bytes:
    """The converted row, b"" where the source cannot read it."""
    try:
        said = source.read(row)
    except RejectedRowError:
        return b""
    made = image_marks.marked(said) if target.marks_images else image_marks.unmarked(said)
    return orjson.dumps(target.write(made, made.images)) if target.write else b""
