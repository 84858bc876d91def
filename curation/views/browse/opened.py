"""A sample that is looked at on the browse page: all pictures, turns with flagged spans, scores, flags."""

from __future__ import annotations

import polars as pl

from curation.app import board
from curation.app.server import Server
from curation.common import display
from curation.filtering import facets
from curation.views.messages.browse import OpenedPart, OpenedSample, OpenedTurn
from curation.views.sample import content, sample
from curation.views.sample.content import TurnView


def view(server: Server, sample_no: int) -> OpenedSample | None:
    """Reads a sample for the browser.

    Args:
        server: Its workspace holds the sample.
        sample_no: The sample.

    Returns:
        The sample, those of its scores first that lie beyond a suggested cut; None where there is no such sample.
    """
    opened = sample.view(server, sample_no)
    if opened is None:
        return None
    tags = facets.tagged(board.current(server).snapshot).filter(pl.col("sample_no") == sample_no)
    scores = sorted(opened.scores, key=lambda score: not score.bad)
    return {
        "sample": sample_no,
        "name": f"{opened.dataset}, row {opened.row}",
        "decision": opened.verdict,
        "tags": sorted(tags["tag"].to_list()),
        "pictures": [
            {
                "image": picture.image_no,
                "name": picture.ref,
                "why": "" if picture.image_no is not None else content.why(picture.outcome),
            }
            for picture in opened.pictures
        ],
        "turns": [_turn(turn) for turn in opened.turns],
        "scores": [
            {
                "title": score.title if score.turn is None else f"{score.title}, turn {score.turn + 1}",
                "text": score.text if score.is_label else f"{score.text} {score.unit}".strip(),
                "bad": bool(score.bad),
            }
            for score in scores
        ],
        "flags": [
            {"title": display.title(flag["kind"]), "reason": flag["reason"], "status": flag["status"]}
            for flag in opened.flags
        ],
    }


def _turn(turn: TurnView) -> OpenedTurn:
    parts: list[OpenedPart] = [
        {"text": text, "tone": span.tone if span else "", "reason": span.reason if span else ""}
        for text, span in sample.pieces(turn.response, turn.spans)
    ]
    return {"asked": turn.instruction, "parts": parts}
