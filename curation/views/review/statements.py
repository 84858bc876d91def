"""What people said on the samples of the review page: marks, tags, edits, verdicts and notes, read once for all."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field, replace

import orjson
import polars as pl

from curation.decisions import decision_log
from curation.decisions import keys as decision_keys
from curation.recipes import edits
from curation.recipes.edits import TurnEdit
from curation.views.sample.content import MarkedSpan
from curation.views.sample.sample import SampleView
from curation.workspace import Workspace

MARKS = {"inaccurate": "confirmed", "accurate": "supported", "analysis": "flagged", "unsure": "unsure"}
"""How words that a person marked are shown."""


@dataclass(frozen=True)
class ReviewerStatement:
    """What one person said of the sample; `reason` is that of a rejection, "" where none was given."""

    who: str
    verdict: str
    reason: str = ""


@dataclass
class SampleStatements:
    """What stands on one sample: marks with their turn, tags with who set them, edits by turn, and what each person
    said last."""

    marks: list[tuple[int, str, MarkedSpan]] = field(default_factory=list)
    tags: list[tuple[str, str]] = field(default_factory=list)
    edits: dict[int, TurnEdit] = field(default_factory=dict)
    verdicts: list[ReviewerStatement] = field(default_factory=list)
    notes: list[ReviewerStatement] = field(default_factory=list)

    def only_of(self, who: str) -> SampleStatements:
        """Those of one person, and all edits."""
        return SampleStatements(
            marks=[mark for mark in self.marks if mark[1] == who],
            tags=[tag for tag in self.tags if tag[0] == who],
            edits=self.edits,
            verdicts=[statement for statement in self.verdicts if statement.who == who],
            notes=[statement for statement in self.notes if statement.who == who],
        )


def on_samples(workspace: Workspace, keys: Collection[str]) -> dict[str, SampleStatements]:
    """Reads what stands on some samples.

    Args:
        workspace: Open workspace.
        keys: Keys of the samples.

    Returns:
        The statements by key, for each of the keys.
    """
    statements = {key: SampleStatements() for key in keys}
    standing, by_person = decision_log.standing(workspace), decision_log.by_person(workspace)
    spans, tags, turns = (
        decision_keys.parts(standing.filter(pl.col("subject") == subject), subject).filter(
            pl.col("sample").is_in(statements.keys())
        )
        for subject in ("span", "tag", "turn")
    )
    for key, turn, start, end, who, verdict in spans.select(
        "sample", "turn", "start", "end", "who", "verdict"
    ).iter_rows():
        span = MarkedSpan(start, end, MARKS[verdict], f"{who}: {verdict}", "")
        statements[key].marks.append((turn, who, span))
    for key, who, tag in tags.filter(pl.col("verdict") == "add").select("sample", "who", "tag").iter_rows():
        statements[key].tags.append((who, tag))
    for key, turn, verdict, payload in turns.select("sample", "turn", "verdict", "payload").iter_rows():
        if verdict != "keep":
            statements[key].edits[turn] = edits.of_verdict(verdict, payload)
    is_on_sample = pl.col("subject").is_in(["sample", "note"]) & pl.col("key").is_in(statements.keys())
    columns = ("subject", "key", "who", "verdict", "payload")
    for subject, key, who, verdict, payload in by_person.filter(is_on_sample).select(columns).iter_rows():
        if subject == "sample":
            statements[key].verdicts.append(ReviewerStatement(who, verdict, orjson.loads(payload).get("reason", "")))
        elif text := orjson.loads(payload).get("text", ""):
            statements[key].notes.append(ReviewerStatement(who, text))
    return statements


def with_marks(sample_view: SampleView, marks: Sequence[tuple[int, str, MarkedSpan]]) -> SampleView:
    """Lays the words that people marked over those that are flagged.

    Args:
        sample_view: The sample.
        marks: Turn index, who marked, and the span.

    Returns:
        The sample with them, before the flagged spans of each turn.
    """
    if not marks:
        return sample_view
    turns = (
        replace(turn, spans=(*(span for at, _, span in marks if at == turn_index), *turn.spans))
        for turn_index, turn in enumerate(sample_view.turns)
    )
    return replace(sample_view, turns=tuple(turns))
