"""How several people review together: overlap, blindness, who did how much, and how far they agree."""

from __future__ import annotations

import streamlit as st

from curation.app import server
from curation.review import guidance, team
from curation.review.agreement import ReviewerAgreement
from curation.review.guidance import Guidance
from curation.review.team import Policy
from curation.views.review import review
from curation.views.review.review import TeamView
from pages.components import drafts, markup, storing


def show() -> None:
    """A popover; its content is made when it is opened."""
    with st.popover("Team", icon=":material/group:", width="stretch", key="team", on_change="rerun") as panel:
        if panel.open:
            _content(review.team_view(server.current()))


def _content(team_view: TeamView) -> None:
    _policy(team_view.policy)
    _guidance(team_view.guidance)
    if team_view.people.is_empty():
        st.caption("Nobody has decided anything yet.")
        return
    rows = [(markup.safe(who), f"{samples:,}", f"{flags:,}") for who, samples, flags in team_view.people.rows()]
    markup.show(markup.table(("Reviewer", "Samples", "Flags"), rows, right=(1, 2)))
    _agreement("Samples", team_view.samples)
    _agreement("Flags", team_view.flags)
    at_work = sorted({lease.who for lease in team_view.leases})
    if at_work:
        st.caption(markup.plain(f"Also reviewing now: {', '.join(at_work)}."))


_FIELDS = ("overlap", "reviewers")
_GUIDED = ("guidelines", "reasons")


def _policy(policy: Policy) -> None:
    present = {"overlap": round(100 * policy.overlap), "reviewers": policy.reviewers, "blind": policy.blind}
    for name, value in present.items():
        st.session_state[name] = value
    overlap, reviewers = st.columns(2)
    overlap.number_input(
        "Decided by several people, %", 0, 100, step=5, key="overlap", on_change=_changed, args=("overlap",)
    )
    reviewers.number_input("How many people", 2, 5, step=1, key="reviewers", on_change=_changed, args=("reviewers",))
    for key in _FIELDS:
        drafts.field(key, commits=False)
    st.toggle(
        "Blind: what others said is shown only after one's own decision",
        key="blind",
        on_change=_changed,
        args=("blind",),
    )


def _guidance(stored: Guidance) -> None:
    st.session_state["guidelines"] = stored.guidelines
    st.session_state["reasons"] = "\n".join(stored.reasons)
    st.text_area(
        "Guidelines (key G on Review)", key="guidelines", height=120, max_chars=guidance.LONGEST_GUIDELINES,
        placeholder="What to approve and what to reject, for everybody who reviews here.",
        on_change=_guided, args=("guidelines",),
    )  # fmt: skip
    st.text_area(
        f"Reasons for a rejection, one a line, at most {guidance.MOST_REASONS} (key Q, then its number)", key="reasons",
        height=160, on_change=_guided, args=("reasons",),
    )  # fmt: skip
    for key in _GUIDED:
        drafts.field(key, commits=False)


def _agreement(title: str, agreement: ReviewerAgreement) -> None:
    if not agreement.items:
        st.caption(f"{title}: nothing was decided one by one by two people yet, so there is no agreement to measure.")
        return
    st.markdown(
        f"**{title}**: the same on {agreement.same:,} of {agreement.items:,} that several people decided one by one"
    )
    measures = [("Fleiss' kappa", agreement.fleiss), ("Krippendorff's alpha", agreement.alpha)]
    rows = [(name, _number(value)) for name, value in measures]
    rows += [
        (
            f"Cohen's kappa, {markup.safe(pair.first)} and {markup.safe(pair.second)} ({pair.both:,})",
            _number(pair.kappa),
        )
        for pair in agreement.pairs
    ]
    markup.show(markup.table(("", ""), rows, right=(1,)))


def _number(value: float | None) -> str:
    return "not defined" if value is None else f"{value:.2f}"


@storing.safely
def _changed(name: str) -> None:
    """Stores one field: what another tab changed in the others stays."""
    value = st.session_state[name]
    team.set_policy(server.current().workspace, **{name: value / 100 if name == "overlap" else value})
    if name in _FIELDS:
        drafts.fields_saved(name)


@storing.safely
def _guided(name: str) -> None:
    """Stores one field: what another tab changed in the other stays."""
    text = st.session_state[name]
    if name == "guidelines":
        guidance.write(server.current().workspace, guidelines=text)
    else:
        guidance.write(server.current().workspace, reasons=text.splitlines())
    drafts.fields_saved(name)
