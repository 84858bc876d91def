"""What people changed inside a sample: turns that were dropped or rewritten, put into the row that is exported."""

from __future__ import annotations

import json
import re
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import orjson

from curation.formats import registry
from curation.formats.conversation import Message, positions
from curation.recipes.recipe import Verdict

IMAGE = "<image>"
_TURN = re.compile(r"(.*)@(\d+)", re.DOTALL)


@dataclass(frozen=True)
class TurnEdit:
    """What becomes of one turn; None leaves a text as it is."""

    drop: bool = False
    instruction: str | None = None
    response: str | None = None


Edits = Mapping[int, TurnEdit]


def of_decisions(decisions: Iterable[Verdict]) -> dict[str, dict[int, TurnEdit]]:
    """The edits by sample key and index of the turn."""
    found: dict[str, dict[int, TurnEdit]] = defaultdict(dict)
    for one in decisions:
        parts = _TURN.fullmatch(one.key) if one.subject == "turn" else None
        if parts and one.verdict != "keep":
            found[parts[1]][int(parts[2])] = of_verdict(one.verdict, one.payload)
    return dict(found)


def of_verdict(verdict: str, payload: str) -> TurnEdit:
    """The edit that a decision on a turn asks for."""
    said = orjson.loads(payload or "{}")
    texts = {name: said[name] for name in ("instruction", "response") if isinstance(said.get(name), str)}
    return TurnEdit(drop=verdict == "drop", **(texts if verdict == "edit" else {}))


def apply(raw: str, edits: Edits, format_name: str) -> str:
    """The row with its edits, all its other fields as they were; `<image>` marks of dropped turns move on.

    A row without a turn left, or of an unknown format, is returned as it is.
    """
    row_format = registry.formats().get(format_name)
    if row_format is None or not edits:
        return raw
    row = (row_format.loads or json.loads)(raw)
    messages = row_format.read(row).messages
    texts = _texts(messages, edits, row_format.marks_images)
    return raw if texts is None else json.dumps(row_format.rewrite(row, texts), ensure_ascii=False)


def _texts(messages: tuple[Message, ...], edits: Edits, marks_images: bool) -> dict[int, str | None] | None:
    """The new text of each changed message by its place, None for one that goes; None when no turn is left."""
    places = positions(messages)
    kept = [place for index, place in enumerate(places) if not edits.get(index, TurnEdit()).drop]
    if not kept:
        return None
    texts: dict[int, str | None] = {}
    lost = 0
    for index, (asked, answered) in enumerate(places):
        edit = edits.get(index, TurnEdit())
        if edit.drop:
            texts |= {at: None for at in (asked, answered) if at is not None}
            lost += messages[asked].text.count(IMAGE) if asked is not None else 0
            continue
        if asked is not None and edit.instruction is not None:
            texts[asked] = _marked(edit.instruction, messages[asked].text.count(IMAGE))
        if answered is not None and edit.response is not None:
            texts[answered] = edit.response
    first = next((asked for asked, _ in kept if asked is not None), None)
    if marks_images and lost and first is not None:
        here = texts.get(first) or messages[first].text
        texts[first] = f"{IMAGE}\n" * lost + here
    return texts


def _marked(text: str, wanted: int) -> str:
    """The text with as many image marks as the original had."""
    missing = wanted - text.count(IMAGE)
    return f"{IMAGE}\n" * missing + text if missing > 0 else text
