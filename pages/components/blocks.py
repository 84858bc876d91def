"""What the inspector draws, as plain data: pictures with boxes, turns with spans, votes, facts.

Nothing here is markup: the browser puts every text into the page as text. Places in texts are code points.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from curation.common import display
from curation.flags.claims import Claim
from curation.views.flags import flags, inspection
from curation.views.flags.inspection import Found, Look, Still, Turn
from curation.views.sample import marks, sample
from curation.views.sample.marks import Mark
from curation.views.sample.sample import Picture, Span
from pages.components import picture as drawn

Block = dict[str, Any]


def look(one: Look, *, only_turn: bool = False, large: bool = False) -> Block:
    """The pictures with their boxes beside the turns with their spans; `large` gives the picture most of the room."""
    turns = [turn for turn in one.turns if not only_turn or turn.index == one.flag["turn_index"]]
    return {
        "type": "look",
        "large": large,
        "pictures": pictures(one.still),
        "boxes": [] if large else [_box(place, box) for place, box in enumerate(one.still.boxes)],
        "marks": [] if large else [_mark(mark) for mark in one.still.marks],
        "turns": [_turn(one, turn) for turn in turns or one.turns],
    }


def pictures(still: Still) -> list[Block]:
    """The pictures of a sample, or why there is none."""
    count = len(still.pictures)
    return [
        picture(one) | {"said": marks.caption(one.ref, one.found_by, at, count)}
        for at, one in enumerate(still.pictures)
    ]


def picture(one: Picture) -> Block:
    """One picture by number, with its size in pixels."""
    if one.image_no is None:
        return {"why": drawn.WHY.get(one.outcome, "It cannot be shown."), "ref": one.ref}
    size = {"width": one.width, "height": one.height}
    return {"src": f"/image/{int(one.image_no)}", "thumb": f"/thumb/{int(one.image_no)}", "ref": one.ref} | size


def votes(one: Look) -> Block | None:
    """One row per claimed span of the flag's turn, one column per source, people last; None where nobody voted."""
    rows = [claim for claim in one.claims if claim.turn == one.flag["turn_index"] and (claim.votes or claim.people)]
    sources = [name for name in flags.SOURCES if any(vote.source == name for claim in rows for vote in claim.votes)]
    more = {vote.source for claim in rows for vote in claim.votes} - set(sources)
    names = [*sources, *sorted(more)]
    if not rows:
        return None
    return {
        "type": "votes",
        "columns": [flags.SOURCES.get(name, display.title(name)) for name in names],
        "rows": [_vote_row(one, claim, names) for claim in rows],
    }


def facts(rows: Iterable[tuple[str, str]], title: str = "") -> Block | None:
    """Names with what is to be said of them; None where there is nothing."""
    said = [[name, text] for name, text in rows if text]
    return {"type": "facts", "title": title, "rows": said} if said else None


def known(still: Still) -> list[tuple[str, str]]:
    """What annotators said of the pictures."""
    objects = dict.fromkeys(name for one in still.pictures for name in one.objects)
    captions = [text for one in still.pictures for text in one.captions[:2]]
    return [("Annotated objects", ", ".join(objects)), ("Captions", "  ·  ".join(captions))]


def present(blocks: Sequence[Block | None]) -> list[Block]:
    """Those that there are."""
    return [block for block in blocks if block]


def claim_id(claim: Claim) -> str:
    """The same in a text, a matrix and a picture."""
    return f"{claim.turn}:{claim.start}-{claim.end}"


def _box(place: int, box: Found) -> Block:
    numbers = [round(100 * number, 2) for number in (box.x, box.y, box.width, box.height)]
    score = "" if box.score is None else f" {box.score:.2f}"
    return {"id": place, "picture": box.picture, "label": box.label + score, "at": numbers, "by": box.by,
            "sure": box.sure}  # fmt: skip


def _mark(mark: Mark) -> Block:
    numbers = [round(100 * number, 2) for number in (mark.x, mark.y, mark.width, mark.height)]
    return {"picture": mark.picture, "number": mark.number, "title": mark.title, "at": numbers, "written": mark.written}


def _turn(one: Look, turn: Turn) -> Block:
    mine = [claim for claim in one.claims if claim.turn == turn.index]
    chosen = _apart(mine, one.flag["flag_id"])
    spans = [Span(claim.start, claim.end, str(at), "", "") for at, claim in enumerate(chosen)]
    return {
        "number": turn.index + 1,
        "now": turn.index == one.flag["turn_index"],
        "before": sample.images_before(one.still.turns)[turn.index],
        "instruction": turn.instruction,
        "pieces": [[text, int(span.tone) if span else -1] for text, span in sample.pieces(turn.response, spans)],
        "spans": [_span(one, claim) for claim in chosen],
        "response": turn.response if turn.verdict == "edit" else "",
        "verdict": turn.verdict,
        "who": turn.who,
        "edited": turn.edited,
    }


def _apart(found: Sequence[Claim], flag_id: str) -> list[Claim]:
    """Claims that do not overlap: the present flag's first, then what is flagged, then the rest."""
    ordered = sorted(found, key=lambda one: (one.flag_id != flag_id, not one.flag_id, not one.people))
    chosen: list[Claim] = []
    for claim in ordered:
        if not any(claim.start < other.end and other.start < claim.end for other in chosen):
            chosen.append(claim)
    return chosen


def _span(one: Look, claim: Claim) -> Block:
    said = [f"{flags.SOURCES.get(vote.source, vote.source)}: {_words(vote)}" for vote in claim.votes]
    people = [f"{who}: {verdict}" for who, verdict in claim.people]
    moved = ["Its ends were shifted by a person."] if claim.moved else []
    return {
        "id": claim_id(claim),
        "flag": claim.flag_id,
        "tone": claim.tone,
        "now": bool(claim.flag_id) and claim.flag_id == one.flag["flag_id"],
        "boxes": inspection.touching(one.still, claim),
        "why": "\n".join([*([claim.reason] if claim.reason else []), *said, *people, *moved]),
    }


def _words(vote: Any) -> str:
    score = "" if vote.score is None else f" {vote.score:.3g}"
    return f"{vote.verdict or 'cannot tell'}{score}{f' ({vote.words})' if vote.words else ''}"


def _vote_row(one: Look, claim: Claim, names: Sequence[str]) -> Block:
    given = {vote.source: vote for vote in claim.votes}
    return {
        "id": claim_id(claim),
        "text": claim.text,
        "flag": claim.flag_id,
        "tone": claim.tone,
        "now": bool(claim.flag_id) and claim.flag_id == one.flag["flag_id"],
        "cells": [
            {"verdict": vote.verdict, "score": "" if vote.score is None else f"{vote.score:.3g}", "said": vote.words}
            if (vote := given.get(name))
            else None
            for name in names
        ],
        "people": [list(pair) for pair in claim.people],
    }
