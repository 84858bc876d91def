"""A conversation as bubbles; flagged characters are marked. Whatever the data holds is shown as text."""

from __future__ import annotations

from collections.abc import Sequence

from curation.views.sample.content import MarkedSpan, TurnView
from curation.views.sample.marks import Mark, images_in
from curation.views.sample.marks import pieces as cut
from curation.views.sample.sample import pieces
from pages.components import markup

LEGEND = {
    "unsupported": "unsupported",
    "unsure": "unsure",
    "flagged": "flagged",
    "supported": "supported by other sources",
    "confirmed": "confirmed by a person",
    "dismissed": "dismissed by a person",
}


def show(turns: Sequence[TurnView], *, current: str = "", marks: Sequence[Mark] = ()) -> None:
    """Draws a conversation.

    Args:
        turns: Turns in order, with their flagged spans.
        current: Id of the flag whose span stands out; empty for none.
        marks: Boxes that are drawn on the pictures; their numbers stand in the texts.
    """
    markup.show(html(turns, current=current, marks=marks))


def html(turns: Sequence[TurnView], *, current: str = "", marks: Sequence[Mark] = ()) -> str:
    """Returns the markup of a conversation, with a legend of the tones that occur.

    Args:
        turns: Turns in order, with their flagged spans.
        current: Id of the flag whose span stands out; empty for none.
        marks: Boxes that are drawn on the pictures; their numbers stand in the texts.
    """
    body = "".join(turn(number, turn_view, current, marks) for number, turn_view in enumerate(turns, start=1))
    if not turns:
        body = '<div class="w-none">This sample has no turns.</div>'
    return legend(turns) + body


def turn(number: int, turn: TurnView, current: str = "", marks: Sequence[Mark] = ()) -> str:
    """Returns the markup of one turn; images and boxes in its texts have their numbers.

    Args:
        number: Number of the turn in its conversation, from 1.
        turn: The turn; of overlapping spans the present flag's is marked, else the first.
        current: Id of the flag whose span stands out; empty for none.
        marks: Boxes that are drawn on the pictures.
    """
    ordered = sorted(turn.spans, key=lambda span: span.flag_id != current)
    apart = [
        span
        for position, span in enumerate(ordered)
        if not any(_overlap(span, earlier) for earlier in ordered[:position])
    ]
    before = turn.images_before
    instruction = _words(turn.instruction, marks, before)
    response = ""
    before += images_in(turn.instruction)
    for text, span in pieces(turn.response, apart):
        response += _piece(text, span, current) if span else _words(text, marks, before)
        before += images_in(text)
    return (
        f'<div class="w-turn"><div class="w-who w-who-user">Instruction {number}</div>'
        f'<div class="w-bubble w-user">{instruction or "<i>empty</i>"}</div>'
        f'<div class="w-who">Response {number}</div>'
        f'<div class="w-bubble w-answer">{response or "<i>empty</i>"}</div></div>'
    )


def _words(text: str, marks: Sequence[Mark], before: int) -> str:
    """The text with a chip where an image stands, and its number after a box that is drawn."""
    parts = []
    for part in cut(text, marks, before):
        if part.image:
            parts.append(f'<span class="w-chip" title="{markup.safe(part.text)}">image {part.image}</span>')
        else:
            number = f'<sup class="w-drawn" title="drawn on the picture">{part.box}</sup>' if part.box else ""
            parts.append(markup.safe(part.text) + number)
    return "".join(parts)


def _piece(text: str, span: MarkedSpan, current: str) -> str:
    now = " w-mark-now" if current and span.flag_id == current else ""
    return (
        f'<mark class="w-mark w-{markup.safe(span.tone)}{now}" title="{markup.safe(span.reason)}">'
        f"{markup.safe(text)}</mark>"
    )


def _overlap(first: MarkedSpan, other: MarkedSpan) -> bool:
    return first.start < other.end and other.start < first.end


def legend(turns: Sequence[TurnView]) -> str:
    """What the marks mean: the tones that occur in these turns."""
    tones = {span.tone for turn in turns for span in turn.spans}
    if not tones:
        return ""
    entries = [
        f'<span><mark class="w-mark w-{tone}">aa</mark> {word}</span>' for tone, word in LEGEND.items() if tone in tones
    ]
    return f'<div class="w-legend" style="margin-bottom:.5rem">{"".join(entries)}</div>'
