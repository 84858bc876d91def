"""A conversation as bubbles; flagged characters are marked. Whatever the data holds is shown as text."""

from __future__ import annotations

from collections.abc import Sequence

from curation.views.sample.marks import Mark, images_in
from curation.views.sample.marks import pieces as cut
from curation.views.sample.sample import Span, TurnView, pieces
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
    """Draws the turns; the span of the flag `current` stands out."""
    markup.show(html(turns, current=current, marks=marks))


def html(turns: Sequence[TurnView], *, current: str = "", marks: Sequence[Mark] = ()) -> str:
    """The markup of the conversation with a legend of the tones that occur."""
    body = "".join(turn(number, one, current, marks) for number, one in enumerate(turns, start=1))
    if not turns:
        body = '<div class="w-none">This sample has no turns.</div>'
    return legend(turns) + body


def turn(number: int, turn: TurnView, current: str = "", marks: Sequence[Mark] = ()) -> str:
    """The markup of one turn, the `number`th of its conversation; images and boxes in its texts have their numbers."""
    ordered = sorted(turn.spans, key=lambda span: span.flag_id != current)
    chosen = [span for place, span in enumerate(ordered) if not any(_overlap(span, one) for one in ordered[:place])]
    before = turn.images_before
    instruction = _words(turn.instruction, marks, before)
    response = ""
    before += images_in(turn.instruction)
    for text, span in pieces(turn.response, chosen):
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
    shown = []
    for one in cut(text, marks, before):
        if one.image:
            shown.append(f'<span class="w-chip" title="{markup.safe(one.text)}">image {one.image}</span>')
        else:
            number = f'<sup class="w-drawn" title="drawn on the picture">{one.box}</sup>' if one.box else ""
            shown.append(markup.safe(one.text) + number)
    return "".join(shown)


def _piece(text: str, span: Span, current: str) -> str:
    now = " w-mark-now" if current and span.flag_id == current else ""
    return (
        f'<mark class="w-mark w-{markup.safe(span.tone)}{now}" title="{markup.safe(span.reason)}">'
        f"{markup.safe(text)}</mark>"
    )


def _overlap(one: Span, other: Span) -> bool:
    return one.start < other.end and other.start < one.end


def legend(turns: Sequence[TurnView]) -> str:
    """What the marks mean: the tones that occur in these turns."""
    tones = {span.tone for turn in turns for span in turn.spans}
    if not tones:
        return ""
    shown = [
        f'<span><mark class="w-mark w-{tone}">aa</mark> {word}</span>' for tone, word in LEGEND.items() if tone in tones
    ]
    return f'<div class="w-legend" style="margin-bottom:.5rem">{"".join(shown)}</div>'
