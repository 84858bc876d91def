"""One flag in full: the reason, the evidence by source, the picture and the conversation."""

from __future__ import annotations

import streamlit as st

from curation.views.flags import Evidence, FlagView
from pages.components import conversation, markup, picture

_TONES = {"confirmed": "confirmed", "dismissed": "dismissed"}


def show(one: FlagView) -> None:
    """Draws the flag with everything that helps to answer it."""
    flag, sample = one.flag, one.sample
    tone = _TONES.get(flag["status"], flag["verdict"] or "flagged")
    where = f"{markup.safe(sample.dataset)}, row {sample.row}"
    if flag["turn_index"] is not None:
        where += f", turn {flag['turn_index'] + 1}"
    said = [flag["verdict"], "" if flag["status"] == "open" else flag["status"]]
    state = "".join(f" · {markup.safe(word)}" for word in said if word)
    kind = markup.safe(markup.words(flag["kind"]))
    markup.show(
        f'<div><span class="w-dot w-{markup.safe(tone)}"></span><b>{kind}</b>'
        f'{state} <span class="w-soft">· {where} · {markup.safe(flag["metric"])}</span></div>'
        f"<div>{markup.safe(markup.reason(flag['text'], flag['reason']))}</div>"
    )
    left, right = st.columns([6, 7], gap="medium")
    with left:
        _pictures(one)
        _evidence(one)
    with right:
        conversation.show(sample.turns, current=flag["flag_id"])
        st.page_link(
            "review.py", label="Open this sample in review", icon=":material/rate_review:",
            query_params={"sample": str(sample.sample_no)},
        )  # fmt: skip


def _pictures(one: FlagView) -> None:
    boxed = any(shown.boxes for shown in one.sample.pictures)
    boxes = boxed and st.toggle("Boxes of annotated objects", value=True, key="boxes", persist_state="session")
    for shown in one.sample.pictures:
        picture.show(shown, boxes=boxes, high=420)
    if not one.sample.pictures:
        st.caption("This sample has no picture.")


def _evidence(one: FlagView) -> None:
    rows = [_row(part) for part in one.evidence]
    objects = ", ".join(dict.fromkeys(name for shown in one.sample.pictures for name in shown.objects))
    if objects and not any("annotat" in part.source.lower() for part in one.evidence):
        rows.append(("Annotated objects", "", "", markup.safe(objects)))
    rows += [
        ("Annotated caption", "", "", markup.safe(text)) for shown in one.sample.pictures for text in shown.captions[:2]
    ]
    if rows:
        markup.show(markup.table(("Source", "Verdict", "Score", "What it says"), rows, right=(2,)))


def _row(part: Evidence) -> tuple[str, str, str, str]:
    verdict = markup.said(f"w-{part.verdict}", part.verdict)
    name = markup.safe(part.source if " " in part.source else markup.words(part.source))
    return name, verdict if part.verdict else "", markup.safe(part.score), markup.safe(part.said)
