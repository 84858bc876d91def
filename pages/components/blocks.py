"""What the inspector draws, as plain data: pictures with boxes, turns with spans, votes, facts.

Nothing here is markup: the browser puts every text into the page as text. Places in texts are code points.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from curation.common import display
from curation.flags.claims import Claim, ClaimVote
from curation.views.flags import flags, inspection
from curation.views.flags.inspection import EvidenceBox, FlagInspection, InspectedTurn
from curation.views.messages.flags import (
    Block,
    BoxBlock,
    FactsBlock,
    LookBlock,
    PictureBlock,
    RegionBlock,
    SpanBlock,
    TurnBlock,
    VoteRow,
    VotesBlock,
)
from curation.views.sample import content, marks, sample
from curation.views.sample.content import MarkedSpan, SampleContent, SampleImage
from curation.views.sample.marks import Mark


def look(flag_look: FlagInspection, *, only_turn: bool = False, large: bool = False) -> LookBlock:
    """Returns the pictures of a flag's sample with their boxes beside the turns with their spans.

    Args:
        flag_look: The flag with its sample.
        only_turn: True leaves out the turns that the flag is not about.
        large: True gives the picture most of the room and draws no boxes.
    """
    turns = [turn for turn in flag_look.turns if not only_turn or turn.index == flag_look.flag["turn_index"]]
    return {
        "type": "look",
        "large": large,
        "pictures": pictures(flag_look.sample),
        "boxes": [] if large else [_box(position, box) for position, box in enumerate(flag_look.sample.boxes)],
        "marks": [] if large else [_mark(mark) for mark in flag_look.sample.marks],
        "turns": [_turn(flag_look, turn) for turn in turns or flag_look.turns],
    }


def pictures(sample_content: SampleContent) -> list[PictureBlock]:
    """The pictures of a sample, or why there is none."""
    count = len(sample_content.pictures)
    return [
        {**picture(sample_picture), "said": marks.caption(sample_picture.ref, sample_picture.found_by, position, count)}
        for position, sample_picture in enumerate(sample_content.pictures)
    ]


def picture(sample_picture: SampleImage) -> PictureBlock:
    """One picture by number, with its size in pixels."""
    if sample_picture.image_no is None:
        return {"why": content.why(sample_picture.outcome), "ref": sample_picture.ref}
    return {
        "src": f"/image/{int(sample_picture.image_no)}",
        "thumb": f"/thumb/{int(sample_picture.image_no)}",
        "ref": sample_picture.ref,
        "width": sample_picture.width,
        "height": sample_picture.height,
    }


def votes(flag_look: FlagInspection) -> VotesBlock | None:
    """One row per claimed span of the flag's turn, one column per source, people last; None where nobody voted."""
    rows = [
        claim
        for claim in flag_look.claims
        if claim.turn == flag_look.flag["turn_index"] and (claim.votes or claim.people)
    ]
    sources = [name for name in flags.SOURCES if any(vote.source == name for claim in rows for vote in claim.votes)]
    more = {vote.source for claim in rows for vote in claim.votes} - set(sources)
    names = [*sources, *sorted(more)]
    if not rows:
        return None
    return {
        "type": "votes",
        "columns": [flags.SOURCES.get(name, display.title(name)) for name in names],
        "rows": [_vote_row(flag_look, claim, names) for claim in rows],
    }


def facts(rows: Iterable[tuple[str, str]]) -> FactsBlock | None:
    """Returns names with what is to be said of them.

    Args:
        rows: Names and texts; rows with an empty text are left out.
    Returns:
        The block, or None where there is nothing to say.
    """
    lines = [(name, text) for name, text in rows if text]
    return {"type": "facts", "rows": lines} if lines else None


def annotated(sample_content: SampleContent) -> list[tuple[str, str]]:
    """What annotators said of the pictures."""
    objects = dict.fromkeys(name for sample_picture in sample_content.pictures for name in sample_picture.objects)
    captions = [text for sample_picture in sample_content.pictures for text in sample_picture.captions[:2]]
    return [("Annotated objects", ", ".join(objects)), ("Captions", "  ·  ".join(captions))]


def present(blocks: Sequence[Block | None]) -> list[Block]:
    """Those that there are."""
    return [block for block in blocks if block]


def claim_id(claim: Claim) -> str:
    """The same in a text, a matrix and a picture."""
    return f"{claim.turn}:{claim.start}-{claim.end}"


def _box(position: int, box: EvidenceBox) -> BoxBlock:
    numbers = [round(100 * number, 2) for number in (box.x, box.y, box.width, box.height)]
    score = "" if box.score is None else f" {box.score:.2f}"
    return {"id": position, "picture": box.picture, "label": box.label + score, "at": numbers, "by": box.by,
            "sure": box.sure}  # fmt: skip


def _mark(mark: Mark) -> RegionBlock:
    numbers = [round(100 * number, 2) for number in (mark.x, mark.y, mark.width, mark.height)]
    return {"picture": mark.picture, "number": mark.number, "title": mark.title, "at": numbers, "written": mark.written,
            "kind": mark.kind, "outline": [round(side, 2) for side in mark.corners]}  # fmt: skip


def _turn(flag_look: FlagInspection, turn: InspectedTurn) -> TurnBlock:
    turn_claims = [claim for claim in flag_look.claims if claim.turn == turn.index]
    marked_claims = _apart(turn_claims, flag_look.flag["flag_id"])
    spans = [MarkedSpan(claim.start, claim.end, str(position), "", "") for position, claim in enumerate(marked_claims)]
    return {
        "number": turn.index + 1,
        "now": turn.index == flag_look.flag["turn_index"],
        "before": flag_look.sample.turns[turn.index].images_before,
        "instruction": turn.instruction,
        "pieces": [(text, int(span.tone) if span else -1) for text, span in sample.pieces(turn.response, spans)],
        "spans": [_span(flag_look, claim) for claim in marked_claims],
        "response": turn.response if turn.verdict == "edit" else "",
        "verdict": turn.verdict,
        "who": turn.who,
        "edited": turn.edited,
    }


def _apart(claims: Sequence[Claim], flag_id: str) -> list[Claim]:
    """Claims that do not overlap: the present flag's first, then what is flagged, then the rest."""
    ordered = sorted(claims, key=lambda claim: (claim.flag_id != flag_id, not claim.flag_id, not claim.people))
    apart: list[Claim] = []
    for claim in ordered:
        if not any(claim.start < other.end and other.start < claim.end for other in apart):
            apart.append(claim)
    return apart


def _span(flag_look: FlagInspection, claim: Claim) -> SpanBlock:
    vote_lines = [f"{flags.SOURCES.get(vote.source, vote.source)}: {_words(vote)}" for vote in claim.votes]
    people = [f"{who}: {verdict}" for who, verdict in claim.people]
    moved = ["Its ends were shifted by a person."] if claim.moved else []
    return {
        "id": claim_id(claim),
        "flag": claim.flag_id,
        "tone": claim.tone,
        "now": bool(claim.flag_id) and claim.flag_id == flag_look.flag["flag_id"],
        "boxes": inspection.touching(flag_look.sample, claim),
        "why": "\n".join([*([claim.reason] if claim.reason else []), *vote_lines, *people, *moved]),
    }


def _words(vote: ClaimVote) -> str:
    score = "" if vote.score is None else f" {vote.score:.3g}"
    return f"{vote.verdict or 'cannot tell'}{score}{f' ({vote.words})' if vote.words else ''}"


def _vote_row(flag_look: FlagInspection, claim: Claim, names: Sequence[str]) -> VoteRow:
    vote_by_source = {vote.source: vote for vote in claim.votes}
    return {
        "id": claim_id(claim),
        "text": claim.text,
        "flag": claim.flag_id,
        "tone": claim.tone,
        "now": bool(claim.flag_id) and claim.flag_id == flag_look.flag["flag_id"],
        "cells": [
            {"verdict": vote.verdict, "score": "" if vote.score is None else f"{vote.score:.3g}", "said": vote.words}
            if (vote := vote_by_source.get(name))
            else None
            for name in names
        ],
        "people": list(claim.people),
    }
