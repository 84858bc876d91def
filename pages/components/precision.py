"""How often each source of verdicts was right, measured on what people decided, and setting its thresholds by that."""

from __future__ import annotations

import streamlit as st

from curation.app import server
from curation.app.server import Server
from curation.common.counts import counted
from curation.flags import calibration
from curation.flags.calibration import GRADED, Measured
from curation.views.flags.flags import SOURCES
from pages.components import markup, storing


def show(owner: Server) -> None:
    """A popover with one row per source, live from the decisions."""
    with st.popover("Precision of sources", icon=":material/rule:", width="stretch", key="precision"):
        measured = calibration.measured(owner.workspace)
        if not measured:
            st.caption("Nobody decided a span yet. Confirm or dismiss some, and every source's precision stands here.")
            return
        head = ("Source", "Decided", "Denied", "Confirmed", "Precision (95 %)", "Recall", "Agreement")
        markup.show(markup.table(head, [_row(source) for source in measured], right=(1, 2, 3, 4, 5, 6)))
        st.caption(
            "Of the spans that people decided: how many the source denied, and how many of these people confirmed "
            "as hallucinated. Only flagged spans are decided, so recall is among these."
        )
        _calibrate(owner)


def _row(source: Measured) -> tuple[str, ...]:
    low, high = source.interval
    precision = "–" if source.precision is None else f"{source.precision:.0%} ({low:.0%} to {high:.0%})"
    return (
        markup.safe(SOURCES.get(source.source, source.source)), f"{source.decided:,}", f"{source.denied:,}",
        f"{source.confirmed:,}", precision, _share(source.recall), _share(source.agreement),
    )  # fmt: skip


def _calibrate(owner: Server) -> None:
    proposed = calibration.proposed(owner.workspace)
    moving = [source for source in proposed if source.new != source.old]
    if moving:
        rows = [
            (
                markup.safe(SOURCES.get(source.source, source.source)),
                f"{source.old.no:.3g} → {source.new.no:.3g}",
                f"{source.old.yes:.3g} → {source.new.yes:.3g}",
            )
            for source in moving
        ]
        markup.show(markup.table(("Source", "Denied up to", "Supported from"), rows, right=(1, 2)))
        st.button(
            f"Calibrate {counted(len(moving), 'source')}",
            key="calibrate",
            on_click=_set,
            help=f"Sets the thresholds so that each side is right on {calibration.PRECISION:.0%} of spans, with 95 % "
            "confidence.",
        )
    else:
        reasons = [
            f"{SOURCES.get(source.source, source.source)}: {source.why}"
            for source in proposed
            if source.source in GRADED and source.why
        ]
        st.caption(markup.plain(f"No threshold would move. {' '.join(reasons)}"))
    if calibration.before(owner.workspace) is not None:
        st.button("Back to the thresholds before", key="calibrate_undo", icon=":material/undo:", on_click=_back)


@storing.safely
def _set() -> None:
    calibration.calibrate(server.current().workspace)
    st.toast("The thresholds are set; every verdict follows them.")


@storing.safely
def _back() -> None:
    calibration.take_back(server.current().workspace)
    st.toast("The thresholds are as they were.")


def _share(value: float | None) -> str:
    return "–" if value is None else f"{value:.0%}"
