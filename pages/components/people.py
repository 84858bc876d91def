"""What needs a person, in order, and how fast people are."""

from __future__ import annotations

import streamlit as st

from curation.review.throughput import Audit, Pace
from curation.views.overview.needs import Last, Need
from curation.views.overview.overview import Work
from pages.components import markup


def show(shown: Work) -> None:
    """Where the person left off, the queues, pace, and the random audit."""
    if shown.last:
        _continue(shown.last)
    if not shown.needs:
        st.caption("Nothing waits for a person.")
    with st.container(gap=None, key="needs"):
        for one in shown.needs:
            _need(one)
    markup.show(f'<div class="w-soft w-num">{pace(shown.pace)}</div><div class="w-num">{audit(shown.audit)}</div>')


def pace(now: Pace) -> str:
    """Today's work and the pace over the last hour, as markup."""
    if now.personal is None and now.team is None:
        said = "No decisions in the last hour, so no time estimate yet."
    else:
        mine = f"{now.personal:,.0f} samples an hour" if now.personal else "nothing"
        said = f"Last hour: you {mine}, all together {now.team or 0:,.0f} an hour ({_people(now.people)})."
    return markup.safe(f"{said} Today: you {now.today_mine:,}, all together {now.today_team:,}. Bulk acts not counted.")


def audit(found: Audit) -> str:
    """What the random audit says, as markup."""
    share, interval = found.bad.value, found.bad.interval
    if share is None or interval is None:
        words = "Random audit: not started. Review random samples to estimate the error rate."
        return f'<span class="w-soft">{words}</span>'
    low, high = interval
    return (
        f"Random audit: {found.bad.hits:,} of {found.decided:,} are bad, <b>{100 * share:.1f} %</b> "
        f'<span class="w-soft">(95 % sure between {100 * low:.1f} and {100 * high:.1f} %)</span>'
    )


def _continue(last: Last) -> None:
    left = f" · about {markup.duration(last.seconds)} at your pace" if last.seconds else ""
    st.page_link(
        "review.py",
        label=markup.plain(f"Go on with “{last.title}”: {last.left:,} left{left}"),
        icon=":material/play_arrow:",
        query_params=dict(last.params),
    )


def _need(one: Need) -> None:
    said = one.note.rstrip(".") + (f" · about {markup.duration(one.seconds)}" if one.seconds else "")
    count, link, words = st.columns([2, 6, 10], gap="small", vertical_alignment="center")
    with count:
        markup.show(f'<div class="w-num w-right"><b>{one.count:,}</b></div>')
    with link:
        st.page_link(one.page, label=markup.plain(one.title), query_params=dict(one.params))
    with words:
        markup.show(f'<div class="w-soft" title="{markup.safe(said)}">{markup.safe(said)}</div>')


def _people(number: int) -> str:
    return "1 person" if number == 1 else f"{number:,} people"
