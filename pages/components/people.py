"""What needs a person, in order, and how fast people are."""

from __future__ import annotations

import streamlit as st

from curation.common.counts import counted
from curation.review.throughput import Audit, Pace
from curation.views.overview.needs import LastQueue, Need
from curation.views.overview.overview import OpenWork
from pages.components import markup


def show(work: OpenWork) -> None:
    """Where the person left off, the queues, pace, and the random audit."""
    if work.last:
        _continue(work.last)
    if not work.needs:
        st.caption("Nothing waits for a person.")
    with st.container(gap=None, key="needs"):
        for need in work.needs:
            _need(need)
    markup.show(f'<div class="w-soft w-num">{pace(work.pace)}</div><div class="w-num">{audit(work.audit)}</div>')


def pace(now: Pace) -> str:
    """Today's work and the pace over the last hour, as markup."""
    if now.personal is None and now.team is None:
        sentence = "Too few decisions one after the other in the last hour, so no time estimate yet."
    else:
        own_pace = f"{now.personal:,.0f} samples an hour" if now.personal else "too few to tell"
        sentence = (
            f"Last hour: you {own_pace}, all together {now.team or 0:,.0f} per hour of work ({_people(now.people)})."
        )
    return markup.safe(f"{sentence} Today: you {now.today_mine:,}, all together {now.today_team:,}, made one by one.")


def audit(random_audit: Audit) -> str:
    """What the random audit says, as markup."""
    share, interval = random_audit.bad.value, random_audit.bad.interval
    if share is None or interval is None:
        words = "Random audit: not started. Review random samples to estimate the error rate."
        return f'<span class="w-soft">{words}</span>'
    low, high = interval
    return (
        f"Random audit: {random_audit.bad.hits:,} of {random_audit.decided:,} decided in it are bad, "
        f"<b>{100 * share:.1f} %</b> "
        f'<span class="w-soft">(95 % sure between {100 * low:.1f} and {100 * high:.1f} %)</span>'
        f"{_with_votes(random_audit)}"
    )


def _with_votes(random_audit: Audit) -> str:
    """The same with the help of a judge's votes on everything, where there are any."""
    predicted = random_audit.predicted
    if predicted is None:
        return ""
    return (
        f" With the judge's votes on all samples, corrected by the audit: <b>{100 * predicted.value:.1f} %</b> "
        f'<span class="w-soft">({100 * predicted.low:.1f} to {100 * predicted.high:.1f} %)</span>'
    )


def _continue(last: LastQueue) -> None:
    left = f" · about {markup.duration(last.seconds)} at your pace" if last.seconds else ""
    st.page_link(
        "review.py",
        label=markup.plain(f"Go on with “{last.title}”: {last.left:,} left{left}"),
        icon=":material/play_arrow:",
        query_params=dict(last.params),
    )


def _need(need: Need) -> None:
    note = need.note.rstrip(".") + (f" · about {markup.duration(need.seconds)}" if need.seconds else "")
    count, link, words = st.columns([2, 6, 10], gap="small", vertical_alignment="center")
    with count:
        markup.show(f'<div class="w-num w-right"><b>{need.count:,}</b></div>')
    with link:
        st.page_link(need.page, label=markup.plain(need.title), query_params=dict(need.params))
    with words:
        markup.show(f'<div class="w-soft" title="{markup.safe(note)}">{markup.safe(note)}</div>')


def _people(number: int) -> str:
    return counted(number, "person", plural="people")
