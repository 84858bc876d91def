"""Texts of a row by where they stand in it, for formats whose messages are members of the row here and there."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple, TypeAlias

from curation.formats.conversation import Message, RejectedRowError, Role, text_of
from scoring.json_types import JsonObject

Steps: TypeAlias = tuple[str | int, ...]
"""Names and positions that lead from a row to a value in it."""


class TextSlot(NamedTuple):
    """A message's place: who speaks, the steps to its texts, and how many of them lead to what goes with it.

    Several texts are one message, a line each. The first `pair_steps` steps lead to the pair that goes when all its
    messages go.
    """

    role: Role
    texts: tuple[Steps, ...]
    pair_steps: int = 0


def messages(row: JsonObject, slots: Sequence[TextSlot]) -> tuple[Message, ...]:
    """The messages at these places. Raises RejectedRowError `no_conversation` or `bad_message`."""
    if not slots:
        raise RejectedRowError("no_conversation", "The row has neither an instruction nor a response.")
    return tuple([Message(slot.role, _text(row, slot)) for slot in slots])


def rewritten(row: JsonObject, slots: Sequence[TextSlot], texts: Mapping[int, str | None]) -> JsonObject:
    """Replaces texts; that of a message in several texts stands in the first of them, and the others are empty.

    Args:
        row: Parsed row.
        slots: Places of its messages.
        texts: New text by the message's position; a message whose text is None is left out.

    Returns:
        A new row with everything else as it was.
    """
    dropped = [slots[position] for position, text in texts.items() if text is None]
    for position, text in texts.items():
        if text is None:
            continue
        first, *others = slots[position].texts
        row = _put(row, first, text)
        for steps in others:
            row = _put(row, steps, "")
    for slot in dropped:
        for steps in slot.texts:
            row = _put(row, steps, None)
    emptied_pairs = {slot.texts[0][: slot.pair_steps] for slot in dropped if slot.pair_steps}
    remaining = {slot.texts[0][: slot.pair_steps] for slot in slots if slot.pair_steps and slot not in dropped}
    for steps in sorted(emptied_pairs - remaining, key=lambda steps: steps[-1], reverse=True):
        row = _put(row, steps, None, gone=True)
    return row


def value(row: object, steps: Steps) -> object:
    """What stands at a place; None where there is no such place."""
    for step in steps:
        if isinstance(row, dict) and isinstance(step, str):
            row = row.get(step)
        elif isinstance(row, list) and isinstance(step, int) and step < len(row):
            row = row[step]
        else:
            return None
    return row


def _text(row: JsonObject, slot: TextSlot) -> str:
    texts = [text_of(value(row, steps), str(steps[-1])) for steps in slot.texts]
    return "\n".join(text for text in texts if text)


def _put(container: JsonObject, steps: Steps, new: str | None, gone: bool = False) -> JsonObject:
    """A copy with another value at a place; None takes a member of an object away and leaves a list its length."""
    changed = _changed(container, steps, new, gone)
    assert isinstance(changed, dict)
    return changed


def _changed(container: object, steps: Steps, new: str | None, gone: bool) -> object:
    step, *rest = steps
    if isinstance(container, dict):
        if rest:
            return {**container, step: _changed(container.get(str(step)), tuple(rest), new, gone)}
        if new is None:
            return {name: member for name, member in container.items() if name != step}
        return {**container, step: new}
    if not isinstance(container, list) or not isinstance(step, int):
        return container
    if gone and not rest:
        return container[:step] + container[step + 1 :]
    entry = _changed(container[step], tuple(rest), new, gone) if rest else new
    return [*container[:step], entry, *container[step + 1 :]]
