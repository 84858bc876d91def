"""What is known of a sample beside its picture and text, as markup: flags, scores, decision, the original row."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from curation.common import display
from curation.common.counts import counted
from curation.views.sample.sample import SampleView, ScoreView
from pages.components import markup

VERDICTS = {
    "approve": ("approved", "w-good"),
    "reject": ("rejected", "w-bad"),
    "later": ("left for later", ""),
}


def flags(sample: SampleView, *, decided_here: bool = False) -> str:
    """Each flag with its reason.

    Args:
        sample: The sample.
        decided_here: True gives each flag buttons that confirm and dismiss it; a script of the page listens to them.
    """
    rows = []
    for flag in sample.flags:
        tone = flag["status"] if flag["status"] != "open" else flag["verdict"] or "flagged"
        buttons = _flag_buttons(flag["flag_id"], flag["status"]) if decided_here else ""
        rows.append(
            (
                f'<span class="w-dot w-{markup.safe(tone)}"></span>{markup.safe(display.title(flag["kind"]))}'
                f'<br><span class="w-soft">{markup.safe(flag["status"])}</span>',
                markup.safe(markup.reason(flag["text"], flag["reason"])) + buttons,
            )
        )
    return markup.table(("Flag", "Why"), rows) if rows else ""


def annotation_facts(sample: SampleView) -> str:
    """What annotators said is in the pictures: objects with how often, and captions."""
    parts = []
    for position, picture in enumerate(sample.pictures):
        if not picture.objects and not picture.captions:
            continue
        which_picture = f" of picture {position + 1}" if len(sample.pictures) > 1 else ""
        counts = Counter(picture.objects)
        chips = "".join(
            f'<span class="w-chip">{markup.safe(name)}{f" ×{number}" if number > 1 else ""}</span>'
            for name, number in counts.items()
        )
        captions = "".join(f"<li>{markup.safe(caption)}</li>" for caption in picture.captions)
        listed = f'<ul class="w-captions">{captions}</ul>' if captions else ""
        parts.append(f'<div class="w-soft">Annotations{which_picture}</div>{chips}{listed}')
    return "".join(parts)


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
    """The scores beyond their suggested cut, and the others folded away."""
    if not sample.scores:
        return '<div class="w-soft">No scores yet.</div>'
    failing = [_score(score, len(sample.turns)) for score in sample.scores if score.bad]
    others = [_score(score, len(sample.turns)) for score in sample.scores if not score.bad]
    failing_table = markup.table(("Beyond the suggested cut", ""), failing, right=(1,)) if failing else ""
    if not others:
        return failing_table
    number = counted(len(others), "other score" if failing else "score")
    table = markup.table(("Score", ""), others, right=(1,))
    return f"{failing_table}<details><summary>{number}</summary>{table}</details>"


def original(sample: SampleView) -> str:
    """The row as it was imported, folded away."""
    return f'<details><summary>Original row</summary><pre class="w-raw">{markup.safe(sample.raw)}</pre></details>'


def _flag_buttons(flag_id: str, status: str) -> str:
    buttons = (
        f'<button type="button" class="w-act w-flag-act" data-flag="{markup.safe(flag_id)}" '
        f'data-verdict="{verdict}" aria-pressed="{str(status == result).lower()}">{label}</button>'
        for verdict, result, label in (("confirm", "confirmed", "Confirm"), ("dismiss", "dismissed", "Dismiss"))
    )
    return f'<div class="w-flag-acts">{"".join(buttons)}</div>'


def _score(score: ScoreView, turns: int) -> tuple[str, str]:
    where = f' <span class="w-soft">turn {score.turn + 1}</span>' if score.turn is not None and turns > 1 else ""
    dot = markup.dot({True: "w-bad", False: "w-good", None: ""}[score.bad])
    if score.is_label:
        return f"{dot}{markup.safe(score.title)}{where}: <b>{markup.safe(score.text)}</b>", ""
    value = f'<span title="{markup.safe(score.unit)}">{markup.safe(score.text)}</span>'
    return f"{dot}{markup.safe(score.title)}{where}", value
