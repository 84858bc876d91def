"""One sample of the review deck as markup: pictures, turns with what people changed in them, and what is known."""

from __future__ import annotations

from collections.abc import Sequence

from curation.recipes.edits import TurnEdit
from curation.views.review.review import ReviewItem
from curation.views.review.statements import ReviewerStatement
from curation.views.sample.content import TurnView
from curation.views.sample.marks import Mark
from pages.components import conversation, difference, markup, picture, sample_facts

SPLIT = (
    '<div class="w-deck-split" role="separator" tabindex="0" aria-orientation="vertical" aria-valuemin="25" '
    'aria-valuemax="80" aria-label="Width of the picture" title="Drag to give the picture more or less room"></div>'
)


def html(item: ReviewItem) -> str:
    """The whole card; everything that comes from data is escaped."""
    side = (
        f'<div class="w-deck-side{"" if item.sample.pictures else " w-wide"}" tabindex="0" role="region" '
        f'aria-label="Conversation and what is known">'
        f'<div class="w-deck-head">{_head(item)}</div>'
        f'<div class="w-deck-talk">{_turns(item)}</div>'
        f'<div class="w-deck-facts">{_facts(item)}</div></div>'
    )
    if not item.sample.pictures:
        return side
    return f'<div class="w-deck-pictures">{picture.every(item.sample, high=560)}</div>{SPLIT}{side}'


def _turns(item: ReviewItem) -> str:
    turns = item.sample.turns
    if not turns:
        return conversation.html(())
    legend = conversation.legend(turns)
    return legend + "".join(
        _turn(index, turn, item.edits.get(index), item.sample.marks) for index, turn in enumerate(turns)
    )


def _turn(index: int, turn: TurnView, edit: TurnEdit | None, marks: Sequence[Mark]) -> str:
    dropped = '<span class="w-soft w-deck-gone">✂ This turn is dropped from the export.</span>'
    changed = ""
    if edit and edit.response is not None and edit.response != turn.response:
        changed = (
            '<div class="w-who">✎ Written anew; what the export will have:</div>'
            f'<div class="w-bubble w-answer">{difference.html(turn.response, edit.response)}</div>'
        )
    body = conversation.turn(index + 1, turn, marks=marks)
    return f'<section class="w-deck-turn" data-turn="{index}">{dropped}{body}{changed}</section>'


def _head(item: ReviewItem) -> str:
    without = "" if item.sample.pictures else '<div class="w-soft">Text only: this sample has no picture.</div>'
    return "".join(
        (
            sample_facts.verdict(item.sample),
            without,
            _people(item),
            "".join(f'<span class="w-chip"># {markup.safe(tag)}</span>' for tag in item.tags),
            "".join(_note(note) for note in item.notes),
            sample_facts.fate(item.fate),
        )
    )


def _facts(item: ReviewItem) -> str:
    return "".join(
        (
            sample_facts.flags(item.sample, decided_here=True),
            sample_facts.annotation_facts(item.sample),
            sample_facts.scores(item.sample),
            sample_facts.original(item.sample),
        )
    )


def _people(item: ReviewItem) -> str:
    if item.blind:
        return (
            f'<div class="w-soft">{item.needed} people decide this one; you see what others said after you did.</div>'
        )
    words = [f"{markup.safe(vote.who)}: {sample_facts.VERDICTS[vote.verdict][0]}{_why(vote)}" for vote in item.verdicts]
    missing = item.needed - sum(vote.verdict != "later" for vote in item.verdicts)
    more = [f"{missing} more to decide"] if item.needed > 1 and missing > 0 else []
    return f'<div class="w-soft">{" · ".join([*words, *more])}</div>' if words or more else ""


def _why(vote: ReviewerStatement) -> str:
    return f" ({markup.safe(vote.reason)})" if vote.reason else ""


def _note(note: ReviewerStatement) -> str:
    return f'<div class="w-note"><b>{markup.safe(note.who)}</b>: {markup.safe(note.verdict)}</div>'
