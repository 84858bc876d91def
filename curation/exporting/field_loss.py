"""What a conversion leaves behind: fields of rows, and what their conversations hold, counted by dataset.

A field is carried when the converted row would differ without it; what a conversation holds is carried when the target
reads it in its own row again. That is tried once for every dataset and every kind of its rows (fields, traits of the
conversation, order of its speakers); all other rows are only counted.
"""

from __future__ import annotations

from array import array
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache

import numpy as np
import orjson

from curation.exporting import conversion
from curation.exporting.conversion import LeftBehind
from curation.exporting.form import ORIGINAL, Form, target_of
from curation.exporting.image_files import COPY
from curation.formats import registry
from curation.formats.contract import Format, Row
from curation.formats.conversation import Conversation, RejectedRowError, Role
from curation.images.inline import TOKEN, unsealed
from curation.workspace import Workspace
from scoring.arrays import Mask, Numbers
from storage import samples

CHUNK = 20_000
MOST_SHAPES = 500
"""Kinds of rows that are tried for a dataset; rows of rarer ones are counted as their dataset's first one."""
_MEMBERS = {
    conversion.BOXES: ("objects", "region"),
    conversion.TOOLS: ("tools",),
    conversion.VIDEOS: ("video", "videos"),
    conversion.REJECTED: ("rejected", "rejected_response"),
    conversion.LABEL: ("label", "kto_tag"),
}
"""Fields that hold a trait: where one of them is named as lost, the trait is not named again."""
_IN_FILES = {"dpo": conversion.REJECTED, "kto": conversion.LABEL}
"""What goes into a preference file, by its kind."""

_PICTURE = (("bytes", "path"), ("path", "bytes"))
"""The members of a picture in a table."""

Fields = frozenset[str]
_REPEATED: list[Role] = ["user", "assistant"] * 2


@dataclass(frozen=True)
class Shape:
    """Rows of one dataset that have the same fields and traits, and one of them; `speakers` are its roles in order."""

    dataset: str
    format: str
    fields: Fields
    raw: str
    traits: Fields = frozenset()
    speakers: tuple[Role, ...] = ()


@dataclass(frozen=True)
class Shapes:
    """The shapes of some samples; `codes` has the position of each sample's shape, in the order of the samples."""

    shapes: tuple[Shape, ...]
    codes: Numbers


def shapes(workspace: Workspace, numbers: Sequence[int]) -> Shapes:
    """Reads rows of samples, some thousand at a time, and tells their kinds apart.

    Args:
        workspace: Open workspace.
        numbers: Numbers of the samples in row order.

    Returns:
        The different shapes, and which one each sample has.
    """
    noted = NotedShapes()
    for _, dataset, form, raw in _rows(workspace, numbers):
        row = _loads(form, raw)
        noted.note(dataset, form, raw, row, _read(registry.named(form), row))
    return noted.shapes()


class NotedShapes:
    """Tells the kinds of rows apart while they pass, so that who reads them anyway need not read them twice."""

    def __init__(self) -> None:
        self._codes_by_kind: dict[tuple[str, Fields, Fields, tuple[Role, ...]], int] = {}
        self._distinct: list[Shape] = []
        self._codes_by_dataset: dict[str, list[int]] = defaultdict(list)
        self._codes = array("i")

    def note(self, dataset: str, form: str, raw: str, row: Row, conversation: Conversation | None) -> None:
        """Notes a row.

        Args:
            dataset: Name of its dataset.
            form: Name of its format.
            raw: Its JSON text, in which tokens may be sealed.
            row: The text, parsed by its format.
            conversation: What the format reads in it; None where it reads nothing.
        """
        traits = conversion.traits(conversation) if conversation else frozenset()
        kind = (dataset, _fields(row), traits, _speakers(conversation.roles) if conversation else ())
        code = self._codes_by_kind.get(kind)
        if code is None:
            dataset_codes = self._codes_by_dataset[dataset]
            code = dataset_codes[0] if len(dataset_codes) >= MOST_SHAPES else len(self._distinct)
            self._codes_by_kind[kind] = code
            if code == len(self._distinct):
                dataset_codes.append(code)
                self._distinct.append(Shape(dataset, form, kind[1], unsealed(raw), traits, kind[3]))
        self._codes.append(code)

    def shapes(self) -> Shapes:
        """The shapes of the rows so far, in their order."""
        return Shapes(tuple(self._distinct), np.array(self._codes, dtype=np.int32))


def not_carried(sample_shapes: Shapes, form: Form, among: Mask | None = None) -> dict[str, dict[str, int]]:
    """Counts the rows of which a form leaves something behind.

    Args:
        sample_shapes: Shapes of some samples.
        form: How the split is written.
        among: Says of each sample whether it counts; None for all.

    Returns:
        Rows by field or, in brackets, by what a conversation holds, most first, by dataset.
    """
    codes = sample_shapes.codes if among is None else sample_shapes.codes[among]
    counts = np.bincount(codes, minlength=len(sample_shapes.shapes))
    rows_by_field: dict[str, dict[str, int]] = {}
    for shape, count in zip(sample_shapes.shapes, counts.tolist(), strict=True):
        for field in lost(shape, form) if count else ():
            counted = rows_by_field.setdefault(shape.dataset, {})
            counted[field] = counted.get(field, 0) + count
    return {
        name: dict(sorted(counted.items(), key=lambda pair: (-pair[1], pair[0])))
        for name, counted in rows_by_field.items()
    }


def left_behind(workspace: Workspace, numbers: Sequence[int], form: Form) -> dict[str, LeftBehind]:
    """Finds the rows that a format has no row for, by reading each.

    Args:
        workspace: Open workspace.
        numbers: Numbers of the exported samples in row order.
        form: How the split is written.

    Returns:
        Dataset and reason by the sample's key.
    """
    target = target_of(form)
    rows: dict[str, LeftBehind] = {}
    if target is None or target.write is None:
        return rows
    for key, dataset, source, raw in _rows(workspace, numbers):
        conversation = _read(registry.named(source), _loads(source, raw))
        images = _names(conversation.images, target, form) if conversation else ()
        if conversation and not target.write(conversion.prepared(conversation, target), images):
            rows[key] = LeftBehind(dataset, conversion.reason(replace(conversation, images=images), target))
    return rows


def with_left_behind(counts: dict[str, dict[str, int]], rows: Mapping[str, LeftBehind]) -> dict[str, dict[str, int]]:
    """Adds the rows that stay behind as a whole to the counts of what is not carried.

    Args:
        counts: Rows by field by dataset.
        rows: Those that stay behind, by the sample's key.

    Returns:
        The counts with a line for each reason, in front of the dataset's fields.
    """
    counted = Counter((row.dataset, f"(whole rows {row.reason})") for row in rows.values())
    names = dict.fromkeys([*counts, *(dataset for dataset, _ in counted)])
    return {
        name: {reason: count for (dataset, reason), count in counted.most_common() if dataset == name}
        | counts.get(name, {})
        for name in names
    }


def for_manifest(sample_shapes: Shapes, form: Form, rows: Mapping[str, LeftBehind]) -> dict[str, dict[str, int]]:
    """Counts the rows whose fields the form has no place for, and those that stay behind.

    Args:
        sample_shapes: Shapes of the exported samples.
        form: How the split is written.
        rows: Those that stay behind, by the sample's key.

    Returns:
        Rows by field by dataset; {} for the rows as they came.
    """
    if form.format == ORIGINAL:
        return {}
    return with_left_behind(not_carried(sample_shapes, form), rows)


@lru_cache(maxsize=256)
def lost(shape: Shape, form: Form) -> tuple[str, ...]:
    """Finds what rows of a shape lose.

    Args:
        shape: Rows of the same kind.
        form: How they are written, in another format.

    Returns:
        Names of fields without which the converted row is the same, of a lost object only its own name; then, in
        brackets, what the conversation loses, and why the target's trainer passes over the row.
    """
    source, into = registry.named(shape.format), registry.named(form.format)
    row = _loads(shape.format, shape.raw)
    converted = _converted(source, into, row, form)
    lost_fields = {field for field in shape.fields if _converted(source, into, _without(row, field), form) == converted}
    conversation = _read(source, row)
    images = _names(conversation.images, into, form) if conversation else ()
    prepared = replace(conversion.prepared(conversation, into), images=images) if conversation else None
    if prepared is None or into.write is None or not into.write(prepared, images):
        return ()  # `left_behind` counts it
    assert conversation is not None
    traits = conversion.lost(conversation, into, images)
    in_files = {_IN_FILES[kind] for kind in form.preferences}
    lost_fields -= {field for trait in in_files for field in _MEMBERS[trait]}
    named = tuple(sorted(field for field in lost_fields if field.partition(".")[0] not in lost_fields - {field}))
    unnamed = {trait for trait in traits - in_files if not lost_fields & set(_MEMBERS.get(trait, ()))}
    trouble = into.trouble(prepared) if into.trouble else ""
    return (*named, *sorted(unnamed), *([f"(rows {trouble})"] if trouble else []))


def _read(source: Format, row: Row) -> Conversation | None:
    try:
        return source.read(row)
    except RejectedRowError:
        return None


@lru_cache(maxsize=256)
def _speakers(all_roles: tuple[Role, ...]) -> tuple[Role, ...]:
    """The roles in order, without the turns of user and assistant that repeat."""
    roles: list[Role] = []
    for role in all_roles:
        roles.append(role)
        if roles[-1] == "assistant" and roles[-4:] == _REPEATED:
            del roles[-2:]
    return tuple(roles)


def _rows(workspace: Workspace, numbers: Sequence[int]) -> Iterator[tuple[str, str, str, str]]:
    for start in range(0, len(numbers), CHUNK):
        frame = samples.rows(workspace.store, numbers[start : start + CHUNK])
        yield from frame.select("key", "dataset", "format", "raw").iter_rows()


def _loads(form: str, raw: str) -> Row:
    return registry.named(form).parse(raw)


def _fields(row: object) -> Fields:
    """Names of a row's fields that hold something, those of objects in them and of its messages as `messages.loss`."""
    inside = _inside(row)
    present = {name: value for name, value in inside.items() if value or isinstance(value, int | float)}
    names = set(present)
    for name, value in present.items():
        if not isinstance(value, list | dict):
            continue
        elements = value if isinstance(value, list) else [value]
        for members in {tuple(element) for element in elements if isinstance(element, dict)}:
            if members not in _PICTURE:
                names |= {f"{name}.{member}" for member in members}
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


def _names(images: tuple[str, ...], target: Format, form: Form) -> tuple[str, ...]:
    """How a row would name its images, as far as a format asks for it: copies get the ending that it wants."""
    are_copies = [form.images == COPY or TOKEN in name for name in images]
    return tuple(
        name + target.image_ending if is_copy and not name.endswith(target.image_ending) else name
        for name, is_copy in zip(images, are_copies, strict=True)
    )


def _converted(source: Format, target: Format, row: object, form: Form) -> bytes:
    """The converted row, b"" where the source cannot read it."""
    conversation = _read(source, row)
    if conversation is None or target.write is None:
        return b""
    images = _names(conversation.images, target, form)
    return orjson.dumps(target.write(conversion.prepared(conversation, target), images))
