"""Editors, fields and tables of pages."""

from __future__ import annotations

from typing import TypedDict


class TextData(TypedDict):
    """A text to edit; what is between `start` and `end` is selected at first; `refused` says that it was not stored."""

    id: str
    text: str
    label: str
    action: str
    start: int | None
    end: int | None
    draft: str
    refused: bool


class TextSent(TypedDict):
    """The new text."""

    saved: str


class SpanData(TypedDict):
    """A text with a stretch whose ends move; places count code points."""

    id: str
    text: str
    start: int
    end: int
    label: str
    action: str
    tone: str
    draft: str


class Stretch(TypedDict):
    """From `start` up to `end`."""

    start: int
    end: int


class SpanSent(TypedDict):
    """The new places."""

    saved: Stretch


class DraftsData(TypedDict):
    """`saved` are time, name and value (None: any) of drafts that are stored; `fields` by key: name, and whether a
    draft that is put back is handed over at once."""

    saved: list[tuple[float, str, str | Stretch | None]]
    fields: dict[str, tuple[str, bool]]


class QuotaRow(TypedDict):
    """A value of an axis with its counts and bounds."""

    value: str
    before: int
    available: int
    taken: int
    floor: int | None
    cap: int | None
    unmet: bool


class QuotaData(TypedDict):
    """An axis; `floor` and `cap` are those of every value, `ack` is the last edit that is stored."""

    axis: str
    title: str
    floor: int | None
    cap: int | None
    rows: list[QuotaRow]
    ack: int


class QuotaEdit(TypedDict):
    """A bound that was typed; None takes it away."""

    id: int
    axis: str
    value: str
    side: str
    number: int | None


class QuotaSent(TypedDict):
    """All edits that are not acknowledged, in their order."""

    edits: list[QuotaEdit]


class KeysData(TypedDict):
    """Keys of a page with what they do."""

    keys: list[tuple[str, str]]


class PersonData(TypedDict):
    """The name of the cookie, and the reviewer's."""

    cookie: str
    name: str


class LifelineData(TypedDict):
    """Names the start of the server that drew the page."""

    boot: str


class LifelineSent(TypedDict):
    """The start that answers now."""

    again: str
