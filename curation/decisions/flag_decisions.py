"""What a person can do about a flag: confirm, dismiss, shift its span, drop or edit its turn, mark what nobody found.

Every act is one entry of the log with one undo, however many things it says.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from curation.decisions import decision_log
from curation.decisions import keys as decision_keys
from curation.decisions.decision_log import Act
from curation.workspace import Workspace

FlagRow = Mapping[str, Any]
"""A row of `curation.views.flags.flags.every`."""


def decide(workspace: Workspace, who: str, flag: FlagRow, verdict: str, *, event_id: str = "") -> str:
    """Confirms or dismisses a flag.

    Args:
        workspace: Open workspace.
        who: The person.
        flag: The flag's row.
        verdict: "confirm" or "dismiss".
        event_id: The event's id; "" for a new one.

    Returns:
        The event's id.
    """
    return decision_log.decide(workspace, who, "flag", flag["flag_id"], verdict, event_id=event_id)


def adjust(workspace: Workspace, who: str, flag: FlagRow, response: str, start: int, end: int) -> str:
    """Confirms a flag for other characters of its response than the machine's.

    Args:
        workspace: Open workspace.
        who: The person.
        flag: The flag's row.
        response: The response's text.
        start: The first character.
        end: The character behind the last.

    Returns:
        The event's id.
    """
    return decision_log.decide(workspace, who, "flag", flag["flag_id"], "confirm", _span_payload(response, start, end))


def drop(workspace: Workspace, who: str, flag: FlagRow, *, event_id: str = "") -> Act:
    """Confirms a flag and takes its turn out of what is exported.

    Args:
        workspace: Open workspace.
        who: The person.
        flag: The flag's row.
        event_id: The first event's id; "" for a new one.

    Returns:
        Both as one act.
    """
    return _with_turn(workspace, who, flag, "drop", None, event_id)


def edit(workspace: Workspace, who: str, flag: FlagRow, response: str) -> Act:
    """Confirms a flag and puts another response in the place of the one that it is about.

    Args:
        workspace: Open workspace.
        who: The person.
        flag: The flag's row.
        response: The new text.

    Returns:
        Both as one act.
    """
    return _with_turn(workspace, who, flag, "edit", {"response": response})


def mark(workspace: Workspace, who: str, flag: FlagRow, response: str, start: int, end: int) -> str:
    """Says that characters of the flag's turn are hallucinated although nobody flagged them.

    Args:
        workspace: Open workspace.
        who: The person.
        flag: Any flag of the turn.
        response: The response's text.
        start: The first character.
        end: The character behind the last.

    Returns:
        The event's id.
    """
    key = decision_keys.span(flag["sample_key"], turn_of(flag), start, end)
    return decision_log.decide(
        workspace, who, "span", key, "inaccurate", {"text": _span_payload(response, start, end)["text"]}
    )


def turn_of(flag: FlagRow) -> int:
    """The turn that acts on a flag are about: its own, or the first where it is about the whole sample."""
    return int(flag["turn_index"] or 0)


def _with_turn(
    workspace: Workspace, who: str, flag: FlagRow, verdict: str, payload: dict[str, Any] | None, event_id: str = ""
) -> Act:
    turn = decision_keys.turn(flag["sample_key"], turn_of(flag))
    verdicts = [("flag", flag["flag_id"], "confirm", None), ("turn", turn, verdict, payload)]
    return decision_log.decide_together(workspace, who, verdicts, event_id=event_id, origin="single")


def _span_payload(response: str, start: int, end: int) -> dict[str, Any]:
    if not 0 <= start < end <= len(response):
        raise decision_log.DecisionError(f"Characters {start} to {end} are not in a response of {len(response)}.")
    return {"start": start, "end": end, "text": response[start:end]}
