"""What a light model learned from the decisions: how well it holds, what is left for it, and applying it."""

from __future__ import annotations

import polars as pl
import streamlit as st

from curation.app import board, ranker, server
from curation.common.counts import counted
from curation.review.ranking import Ranking
from pages.components import markup, person, storing

_CUT = "ranking_cut"


def show() -> None:
    """A popover; its content is made when it is opened."""
    with st.popover("Ranking", icon=":material/neurology:", width="stretch", key="ranking", on_change="rerun") as panel:
        if panel.open:
            running = ranker.current(server.current()).state == "running"
            st.fragment(_content, run_every=0.7 if running else None, key="ranking_content")(running)


def _content(was_running: bool) -> None:
    owner = server.current()
    job = ranker.current(owner)
    if was_running and job.state != "running":
        st.rerun()
    learned = job.of(board.current(owner).snapshot.count)
    st.caption(
        "A light model learns from approvals and rejections made one by one, by scores and vectors, what people would "
        "reject, and ranks all other samples. Every figure here is about decisions that it did not see."
    )
    newer = ranker.newer(owner)
    label = "Learn from the decisions" if learned is None else f"Learn again ({newer:,} decided one by one since)"
    st.button(
        label,
        on_click=storing.safely(ranker.start),
        args=(owner,),
        disabled=job.state == "running",
        icon=":material/school:",
    )
    if job.state == "running":
        st.progress(job.share, text="Learning")
    if job.state == "failed":
        st.info(markup.plain(job.message), icon=":material/info:")
    if learned:
        _learned(learned)


def _learned(learned: Ranking) -> None:
    low, high = learned.interval
    area = f"Area under the ROC curve {learned.area:.2f} ({low:.2f} to {high:.2f}; 0.5 is chance)"
    st.markdown(
        f"**{area}**, from {counted(learned.decided, 'decision')} made one by one, {learned.rejected:,} of them "
        f"rejections, on {learned.groups:,} different pictures."
    )
    weights = ", ".join(f"{'+' if weight > 0 else '−'} {name}" for name, weight in learned.weights)
    st.caption(markup.plain(f"Speaks for (+) or against (−) rejecting, strongest first: {weights}"))
    if not learned.useful:
        st.info("It does no better than chance yet: decide more before you lean on it.", icon=":material/info:")
        return
    _apply(learned)
    st.caption("This holds for samples like those that were decided; the queue “Random audit” is a draw over all.")


def _apply(learned: Ranking) -> None:
    verdict = st.segmented_control(
        "Decide what is left", ["reject", "approve"], default="reject", required=True, key="ranking_verdict",
        format_func=lambda option: f"{option.capitalize()} the surest",
    )  # fmt: skip
    rows = learned.cuts.filter(pl.col("verdict") == verdict)
    cells = [
        (
            f"{100 * cut:.0f} %",
            "—" if precision is None else f"{100 * precision:.0f} % ({100 * low:.0f} to {100 * high:.0f})",
            f"{held_out:,}",
            f"{samples:,}",
        )
        for cut, held_out, precision, low, high, samples in rows.select(
            "cut", "held_out", "precision", "low", "high", "samples"
        ).iter_rows()
    ]
    head = ("At least this likely", "Right on held-out decisions (95 %)", "Of", "Undecided samples")
    markup.show(markup.table(head, cells, right=(0, 1, 2, 3)))
    cut = st.selectbox(
        "Cut", rows["cut"].to_list(), index=2, key=_CUT, format_func=lambda share: f"{100 * share:.0f} %"
    )
    samples = int(rows.filter(pl.col("cut") == cut)["samples"][0])
    st.button(
        f"{verdict.capitalize()} {counted(samples, 'sample')}",
        disabled=not samples,
        on_click=_decide,
        args=(person.name(), verdict, cut),
        help="What people decided stays as it is; one undo takes the lot back.",
    )


@storing.safely
def _decide(who: str, verdict: str, cut: float) -> None:
    act = ranker.apply(server.current(), who, verdict, cut)
    st.toast(markup.plain(f"{counted(act.count, 'sample')}: {verdict}. Undo takes them all back."))
