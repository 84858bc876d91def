"""What is scored: a bar per principle, live; what cannot run here, why, and what to do about it."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from curation.app import server
from curation.views.overview import principles
from curation.views.overview.principles import BALANCE, Principle, Unavailable
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


def show(found: Sequence[Principle], now: progress.Activity) -> None:
    """The bars, and what is unavailable folded below them."""
    markup.show(f'<div class="w-soft w-num w-line">{markup.safe(_sentence(now))}</div>')
    markup.show(f'<div class="w-prins">{"".join(_row(one) for one in found)}</div>')
    absent = [one for principle in found for one in principle.why]
    if absent:
        with st.expander(f"{markup.count(len(absent), 'metric')} cannot run here: why, and what to do"):
            reasons(absent)
    st.page_link("runs.py", label="Every metric, failures and past runs", icon=":material/manufacturing:")


def reasons(absent: Sequence[Unavailable]) -> None:
    """Each with its reason, and how to go on."""
    rows = [(f"<b>{markup.safe(one.title)}</b>", markup.safe(one.why), f"{one.missing:,}") for one in absent]
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


def _row(one: Principle) -> str:
    name = f"{markup.safe(one.name.capitalize())}"
    return (
        f'<div class="w-prin" title="{markup.safe(_hover(one))}"><div><b>{name}</b></div>{_bar(one)}'
        f'<div class="w-num w-soft">{markup.safe(_counts(one))}</div>'
        f'<div class="w-num w-soft w-right">{markup.safe(_speed(one))}</div></div>'
    )


def _bar(one: Principle) -> str:
    """A strip in as many parts as there are outcomes; hatched where nothing can be computed."""
    parts = [
        f'<span class="{tone} w-part-{name}" style="width:{100 * getattr(one, name) / one.total:.2f}%"></span>'
        for name, tone in _PARTS
        if one.total and getattr(one, name)
    ]
    return f'<div class="w-stack">{"".join(parts)}</div>'


def _counts(one: Principle) -> str:
    if not one.total:
        return _nothing(one)
    said = [f"{one.done:,} done"]
    said += [f"{getattr(one, name):,} {name}" for name in ("missing", "failed", "unavailable") if getattr(one, name)]
    return " · ".join(said)


def _nothing(one: Principle) -> str:
    if one.name == BALANCE:
        return "by quotas on the Export page"
    if one.off:
        return f"not scored: {markup.count(len(one.off), 'metric')} off"
    return "nothing to score"


def _speed(one: Principle) -> str:
    if not one.rate:
        return ""
    left = f", {markup.duration(one.eta_seconds)} left" if one.eta_seconds is not None else ""
    return f"{one.rate:,.0f}/s{left}"


def _hover(one: Principle) -> str:
    said = [", ".join(one.columns) or "No metric is on", *(f"{why.title}: {why.why}" for why in one.why)]
    said += [f"Can be switched on: {', '.join(one.off)}"] if one.off else []
    return ". ".join(said) + (f" ({one.note})" if one.note else "")
