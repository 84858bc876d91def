"""What is scored: a bar per principle, live; what cannot run here, why, and what to do about it."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from curation.app import server
from curation.common.counts import counted
from curation.views.overview import principles
from curation.views.overview.principles import BALANCE, Principle, UnavailableColumn
from curation.views.runs import progress
from pages.components import activity, markup

_PARTS = (("done", "w-good"), ("failed", "w-unsure"), ("unavailable", "w-bad"), ("missing", ""))


def show_live() -> None:
    """Draws the bars and keeps them live while something is running."""
    busy = progress.activity(server.current()).busy
    st.fragment(_live, run_every=2.0 if busy else None, key="principles")()


def _live() -> None:
    owner = server.current()
    show(principles.table(owner), progress.activity(owner))


def show(rows: Sequence[Principle], now: progress.Activity) -> None:
    """Draws a bar per principle, and what is unavailable folded below them.

    Args:
        rows: Principles in order.
        now: What is going on.
    """
    markup.show(f'<div class="w-soft w-num w-line">{markup.safe(_sentence(now))}</div>')
    markup.show(f'<div class="w-prins">{"".join(_row(principle) for principle in rows)}</div>')
    absent = [column for principle in rows for column in principle.why]
    if absent:
        with st.expander(f"{counted(len(absent), 'metric')} cannot run here: why, and what to do"):
            reasons(absent)
    st.page_link("runs.py", label="Every metric, failures and past runs", icon=":material/manufacturing:")


def reasons(absent: Sequence[UnavailableColumn]) -> None:
    """Each with its reason, and how to go on."""
    rows = [
        (f"<b>{markup.safe(column.title)}</b>", markup.safe(column.why), f"{column.missing:,}") for column in absent
    ]
    markup.show(markup.table(("Metric", "Why", "Without a value"), rows, right=(2,)))
    st.caption(
        "Put right what the reason names, or change the model under “Models and parameters” on the Runs page; "
        "“Score what is missing” there tries again. A metric that is not wanted is switched off there too. "
        "Nothing else waits for it, and it drops no sample."
    )


def _sentence(now: progress.Activity) -> str:
    if now.state in ("running", "paused"):
        return activity.sentence(now).replace("\\", "")
    return f"{activity.STATES[now.state]}." if now.state != "idle" else "Nothing is being scored now."


def _row(principle: Principle) -> str:
    name = f"{markup.safe(principle.name.capitalize())}"
    return (
        f'<div class="w-prin" title="{markup.safe(_hover(principle))}"><div><b>{name}</b></div>{_bar(principle)}'
        f'<div class="w-num w-soft">{markup.safe(_counts(principle))}</div>'
        f'<div class="w-num w-soft w-right">{markup.safe(_speed(principle))}</div></div>'
    )


def _bar(principle: Principle) -> str:
    """A strip in as many parts as there are outcomes; hatched where nothing can be computed."""
    parts = [
        f'<span class="{tone} w-part-{name}" '
        f'style="width:{100 * getattr(principle, name) / principle.total:.2f}%"></span>'
        for name, tone in _PARTS
        if principle.total and getattr(principle, name)
    ]
    return f'<div class="w-stack">{"".join(parts)}</div>'


def _counts(principle: Principle) -> str:
    if not principle.total:
        return _nothing(principle)
    parts = [f"{principle.done:,} done"]
    parts += [
        f"{getattr(principle, name):,} {name}"
        for name in ("missing", "failed", "unavailable")
        if getattr(principle, name)
    ]
    return " · ".join(parts)


def _nothing(principle: Principle) -> str:
    if principle.name == BALANCE:
        return "by quotas on the Export page"
    if principle.off:
        return f"not scored: {counted(len(principle.off), 'metric')} off"
    return "nothing to score"


def _speed(principle: Principle) -> str:
    if not principle.rate:
        return ""
    left = f", {markup.duration(principle.eta_seconds)} left" if principle.eta_seconds is not None else ""
    return f"{principle.rate:,.0f}/s{left}"


def _hover(principle: Principle) -> str:
    parts = [", ".join(principle.columns) or "No metric is on", *(f"{why.title}: {why.why}" for why in principle.why)]
    parts += [f"Can be switched on: {', '.join(principle.off)}"] if principle.off else []
    return ". ".join(parts) + (f" ({principle.note})" if principle.note else "")
