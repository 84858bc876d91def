"""What a reviewer does with samples, one act after the other, as the review page sends them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import polars as pl

from curation.decisions import decision_log, origins
from curation.decisions import keys as decision_keys
from curation.decisions.origins import Origin
from curation.workspace import Workspace

LONGEST_NOTE, LONGEST_TAG, LONGEST_REASON = 2_000, 60, 120


@dataclass(frozen=True)
class ActResult:
    """What came of an act: a sentence for the reviewer, and the sample key to look at now (empty: stay)."""

    said: str = ""
    key: str = ""


def apply(workspace: Workspace, who: str, act: Mapping[str, Any], queue: str = "") -> ActResult:
    """Records one act once: {"id", "do", "key", ...}.

    `do` is a verdict on the sample (a rejection may have its reason as `text`), or turn (with `turn`, `verdict`), flag
    (with `flag`, its id, and `verdict`), note, tag (a second time it goes), send (each with `text`; `send` to a person,
    or to anybody), undo. Decisions remember the queue that they were made in, and those in the queue `disagreed` settle
    the disagreement.

    Args:
        workspace: Open workspace.
        who: The person.
        act: As the page sends it.
        queue: The kind of queue in which it was done; "" for none.

    Returns:
        What was recorded; nothing for an act that is in the log already.

    Raises:
        DecisionError: The act means nothing.
    """
    act_id = str(act["id"])
    return ActResult() if decision_log.is_recorded(workspace, act_id) else _apply(workspace, who, act, queue, act_id)


def _apply(workspace: Workspace, who: str, act: Mapping[str, Any], queue: str, act_id: str) -> ActResult:
    do, key, text = str(act.get("do", "")), str(act.get("key", "")), str(act.get("text", "")).strip()
    if do == "undo":
        return _undo(workspace, who, act_id)
    if do in decision_log.SAMPLE_VERDICTS:
        settles = queue == "disagreed" and do != "later"
        origin: Origin = "audit" if queue == origins.AUDIT_QUEUE else "single"
        payload = {"queue": queue} | ({"reason": text[:LONGEST_REASON]} if text and do == "reject" else {})
        decision_log.decide(
            workspace, who, "sample", key, do, payload, adjudicates=settles, event_id=act_id, origin=origin
        )
        return ActResult()
    if do == "turn":
        turn_key = decision_keys.turn(key, int(act["turn"]))
        decision_log.decide(workspace, who, "turn", turn_key, str(act.get("verdict")), event_id=act_id)
        return ActResult()
    if do == "flag":
        decision_log.decide(workspace, who, "flag", str(act["flag"]), str(act.get("verdict")), event_id=act_id)
        return ActResult()
    if do == "note":
        decision_log.decide(workspace, who, "note", key, "write", {"text": text[:LONGEST_NOTE]}, event_id=act_id)
        return ActResult("The note is kept." if text else "The note is gone.")
    if do == "tag" and text:
        return _toggle_tag(workspace, who, decision_keys.tag(key, text[:LONGEST_TAG]), act_id)
    if do == "send":
        decision_log.decide(workspace, who, "request", key, "ask", {"to": text[:LONGEST_TAG]}, event_id=act_id)
        return ActResult(f"Sent to {text or 'anybody'}: it waits in the queue “Sent to review”.")
    raise decision_log.DecisionError(f"Unknown action: {do!r}.")


def edit(workspace: Workspace, who: str, key: str, turn: int, response: str) -> None:
    """Puts another response in place of a turn's; the original stays stored.

    Args:
        workspace: Open workspace.
        who: The person.
        key: The sample's key.
        turn: The turn's index.
        response: The new text.
    """
    decision_log.decide(workspace, who, "turn", decision_keys.turn(key, turn), "edit", {"response": response})


def mark(workspace: Workspace, who: str, key: str, turn: int, start: int, end: int, text: str, label: str) -> None:
    """Says of characters of a response what they are.

    Args:
        workspace: Open workspace.
        who: The person.
        key: The sample's key.
        turn: The turn's index.
        start: The first character.
        end: The character behind the last.
        text: The characters.
        label: One of the verdicts on spans.
    """
    decision_log.decide(workspace, who, "span", decision_keys.span(key, turn, start, end), label, {"text": text})


def _toggle_tag(workspace: Workspace, who: str, key: str, act_id: str) -> ActResult:
    tags = decision_log.standing(workspace, "tag")
    has_tag = bool(tags.filter((pl.col("key") == key) & (pl.col("verdict") == "add")).height)
    decision_log.decide(workspace, who, "tag", key, "remove" if has_tag else "add", event_id=act_id)
    return ActResult("The tag is gone." if has_tag else "")


def _undo(workspace: Workspace, who: str, act_id: str) -> ActResult:
    undone = decision_log.undo(workspace, who, event_id=act_id)
    if undone is None:
        return ActResult("You have no decision to take back.")
    text = f"“{undone['verdict']}”" if undone["count"] == 1 else f"“{undone['verdict']}” on {undone['count']:,}"
    return ActResult(
        f"Took back {text}.", decision_keys.sample_of(undone["subject"], undone["key"]) if undone["count"] == 1 else ""
    )
