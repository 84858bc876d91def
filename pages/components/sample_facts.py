"""What is known of a sample beside its picture and text, as markup: flags, scores, decision, the original row."""

from __future__ import annotations

from collections.abc import Sequence

from curation.common import display
from curation.views.sample.sample import SampleView, ScoreView
from pages.components import markup

VERDICTS = {
    "approve": ("approved", "w-good"),
    "reject": ("rejected", "w-bad"),
    "later": ("left for later", ""),
}


def flags(sample: SampleView) -> str:
    """Each flag with its reason."""
    rows = []
    for flag in sample.flags:
        tone = flag["status"] if flag["status"] != "open" else flag["verdict"] or "flagged"
        rows.append(
            (
                f'<span class="w-dot w-{markup.safe(tone)}"></span>{markup.safe(display.title(flag["kind"]))}'
                f'<br><span class="w-soft">{markup.safe(flag["status"])}</span>',
                markup.safe(markup.reason(flag["text"], flag["reason"])),
            )
        )
    return markup.table(("Flag", "Why"), rows) if rows else ""


def fate(reasons: Sequence[str]) -> str:
    """Whether the present recipe keeps the sample, and what drops it."""
    if reasons:
        names = ", ".join(markup.safe(name) for name in reasons)
        return f'<div class="w-soft">{markup.dot("w-bad")}Dropped by: {names}</div>'
    return f'<div class="w-soft">{markup.dot("w-good")}The thresholds keep it</div>'


def verdict(sample: SampleView) -> str:
    """The decision that stands, and where the sample comes from."""
    word, tone = VERDICTS.get(sample.verdict, ("undecided", ""))
    source = f" · id {markup.safe(sample.source_id)}" if sample.source_id else ""
    return (
        f"<div>{markup.dot(tone)}<b>{word}</b></div>"
        f'<div class="w-soft">{markup.safe(sample.dataset)}, row {sample.row}{source}</div>'
    )


def scores(sample: SampleView) -> str:
    """The scores; a dot says on which side of the suggested cut a value lies."""
    rows = [_score(score, len(sample.turns)) for score in sample.scores]
    return markup.table(("Score", ""), rows, right=(1,)) if rows else '<div class="w-soft">No scores yet.</div>'


def original(sample: SampleView) -> str:
    """The row as it was imported, folded away."""
    return f'<details><summary>Original row</summary><pre class="w-raw">{markup.safe(sample.raw)}</pre></details>'


def _score(score: ScoreView, turns: int) -> tuple[str, str]:
    where = f' <span class="w-soft">turn {score.turn + 1}</span>' if score.turn is not None and turns > 1 else ""
    dot = markup.dot({True: "w-bad", False: "w-good", None: ""}[score.bad])
    if score.is_label:
        return f"{dot}{markup.safe(score.title)}{where}: <b>{markup.safe(score.text)}</b>", ""
    value = f'<span title="{markup.safe(score.unit)}">{markup.safe(score.text)}</span>'
    return f"{dot}{markup.safe(score.title)}{where}", value
