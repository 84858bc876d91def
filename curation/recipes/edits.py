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
from curation.recipes.recipe import RecipeDecision

IMAGE = "<image>"
_TURN = re.compile(r"(.*)@(\d+)", re.DOTALL)


@dataclass(frozen=True)
class TurnEdit:
    """What becomes of one turn; None leaves a text as it is."""

    drop: bool = False
    instruction: str | None = None
    response: str | None = None


Edits = Mapping[int, TurnEdit]


def of_decisions(decisions: Iterable[RecipeDecision]) -> dict[str, dict[int, TurnEdit]]:
    """The edits by sample key and index of the turn."""
    edits: dict[str, dict[int, TurnEdit]] = defaultdict(dict)
    for decision in decisions:
        parts = _TURN.fullmatch(decision.key) if decision.subject == "turn" else None
        if parts and decision.verdict != "keep":
            edits[parts[1]][int(parts[2])] = of_verdict(decision.verdict, decision.payload)
    return dict(edits)


def of_verdict(verdict: str, payload: str) -> TurnEdit:
    """Reads the edit that a decision on a turn asks for.

    Args:
        verdict: "drop", "edit", or another that changes nothing.
        payload: JSON with the new `instruction` and `response`, or empty.

    Returns:
        The edit.
    """
    new_texts = orjson.loads(payload or "{}")
    texts = {name: new_texts[name] for name in ("instruction", "response") if isinstance(new_texts.get(name), str)}
    return TurnEdit(drop=verdict == "drop", **(texts if verdict == "edit" else {}))


def apply(raw: str, edits: Edits, format_name: str) -> str:
    """Puts the edits into a row, all its other fields as they were; `<image>` marks of dropped turns move on.

    Args:
        raw: The row as JSON.
        edits: By index of the turn.
        format_name: The row's format.

    Returns:
        The row as JSON; as it was for a row without a turn left, or of an unknown format.
    """
    row_format = registry.find(format_name)
    if row_format is None or not edits:
        return raw
    row = (row_format.loads or json.loads)(raw)
    messages = row_format.read(row).messages
    texts = _texts(messages, edits, row_format.of(row).marks_images)
    return raw if texts is None else json.dumps(row_format.rewrite(row, texts), ensure_ascii=False)


def _texts(messages: tuple[Message, ...], edits: Edits, marks_images: bool) -> dict[int, str | None] | None:
    """The new text of each changed message by its place, None for one that goes; None when no turn is left."""
    turn_messages = positions(messages)
    remaining = [
        messages_of_turn
        for index, messages_of_turn in enumerate(turn_messages)
        if not edits.get(index, TurnEdit()).drop
    ]
    if not remaining:
        return None
    texts: dict[int, str | None] = {}
    lost = 0
    parts = _parts(messages)
    for index, (instruction_no, response_no) in enumerate(turn_messages):
        edit = edits.get(index, TurnEdit())
        if edit.drop:
            texts |= dict.fromkeys(parts[index])
            lost += sum(messages[number].text.count(IMAGE) for number in parts[index])
            continue
        if instruction_no is not None and edit.instruction is not None:
            texts[instruction_no] = _marked(edit.instruction, messages[instruction_no].text.count(IMAGE))
        if response_no is not None and edit.response is not None:
            texts[response_no] = edit.response
    first = next((instruction_no for instruction_no, _ in remaining if instruction_no is not None), None)
    if marks_images and lost and first is not None:
        text = texts.get(first) or messages[first].text
        texts[first] = f"{IMAGE}\n" * lost + text
    return texts


def _parts(messages: tuple[Message, ...]) -> list[list[int]]:
    """The places of each turn's messages: its two, and the calls of tools and their results that belong to it."""
    turn_messages = positions(messages)
    starts: list[int] = []
    for index, (instruction_no, response_no) in enumerate(turn_messages):
        if instruction_no is not None:
            starts.append(instruction_no)
        else:  # from the first call after the turn before: results before it are of calls in that turn's response
            begins_at = max(number for number in turn_messages[index - 1] if number is not None) + 1 if index else 0
            calls = (number for number in range(begins_at, response_no or 0) if messages[number].role == "call")
            starts.append(next(calls, response_no or 0))
    ends = [*starts[1:], len(messages)]
    return [
        [
            number
            for number in range(start, end)
            if number in turn_messages[index] or messages[number].role in ("call", "tool")
        ]
        for index, (start, end) in enumerate(zip(starts, ends, strict=True))
    ]


def _marked(text: str, marks: int) -> str:
    """The text with as many image marks as the original had."""
    missing = marks - text.count(IMAGE)
    return f"{IMAGE}\n" * missing + text if missing > 0 else text
