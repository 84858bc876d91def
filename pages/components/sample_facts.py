"""What is known of a sample beside its picture and text: flags, scores, decision, the original row."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from curation.views.sample import SampleView, ScoreView
from pages.components import markup

_VERDICTS = {
    "approve": ("approved", "w-good"),
    "reject": ("rejected", "w-bad"),
    "later": ("left for later", ""),
}


def show_flags(sample: SampleView) -> None:
    """Each flag with its reason."""
    rows = []
    for flag in sample.flags:
        tone = flag["status"] if flag["status"] != "open" else flag["verdict"] or "flagged"
        rows.append(
            (
                f'<span class="w-dot w-{markup.safe(tone)}"></span>{markup.safe(markup.words(flag["kind"]))}'
                f'<br><span class="w-soft">{markup.safe(flag["status"])}</span>',
                markup.safe(markup.reason(flag["text"], flag["reason"])),
            )
        )
    if rows:
        markup.show(markup.table(("Flag", "Why"), rows))


def show_fate(reasons: Sequence[str]) -> None:
    """Whether the present recipe keeps the sample, and what drops it."""
    if reasons:
        names = ", ".join(markup.safe(name) for name in reasons)
        markup.show(f'<div class="w-soft">{markup.dot("w-bad")}Dropped by: {names}</div>')
    else:
        markup.show(f'<div class="w-soft">{markup.dot("w-good")}The thresholds keep it</div>')


def show_scores(sample: SampleView) -> None:
    """Decision, origin and scores; a dot says on which side of the suggested cut a value lies."""
    word, tone = _VERDICTS.get(sample.verdict, ("undecided", ""))
    markup.show(
        f"<div>{markup.dot(tone)}<b>{word}</b></div>"
        f'<div class="w-soft">{markup.safe(sample.dataset)}, row {sample.row}'
        f"{f' · id {markup.safe(sample.source_id)}' if sample.source_id else ''}</div>"
    )
    rows = [_score(score, len(sample.turns)) for score in sample.scores]
    if rows:
        table = markup.table(("Score", ""), rows, right=(1,))
        markup.show(f'<div style="max-height:430px;overflow:auto">{table}</div>')
    else:
        st.caption("No scores yet.")
    with st.popover("Original row", icon=":material/data_object:"):
        st.code(sample.raw, language="json", wrap_lines=True)


def _score(score: ScoreView, turns: int) -> tuple[str, str]:
    where = f' <span class="w-soft">turn {score.turn + 1}</span>' if score.turn is not None and turns > 1 else ""
    dot = markup.dot({True: "w-bad", False: "w-good", None: ""}[score.bad])
    if score.is_label:
        return f"{dot}{markup.safe(score.title)}{where}: <b>{markup.safe(score.text)}</b>", ""
    value = f'<span title="{markup.safe(score.unit)}">{markup.safe(score.text)}</span>'
    return f"{dot}{markup.safe(score.title)}{where}", value
