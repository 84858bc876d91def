"""How even each axis is in all samples, in those that pass the filters, and in those that go out."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from curation.views.export.export import AxisView, Evenness
from pages.components import markup

_HEAD = ("Axis", "Entropy: all", "pass", "go out", "Variance: all", "pass", "go out")


def show(axes: Sequence[AxisView]) -> None:
    """A row per axis; a dot says whether what goes out is more even than everything."""
    rows = []
    for axis_view in axes:
        sides = (axis_view.before, axis_view.available, axis_view.after)
        rows.append(
            (
                f"{markup.dot(_tone(axis_view.before, axis_view.after))}{markup.safe(axis_view.title)}",
                *(f"{side.entropy:.3f}" for side in sides),
                *(f"{side.variance:,.1f}" for side in sides),
            )
        )
    markup.show(markup.table(_HEAD, rows, right=(1, 2, 3, 4, 5, 6)))
    st.caption(
        "Normalised entropy of the shares: 1 is perfectly even. Variance of the shares in percent points: 0 is even, "
        "as in the indicator Bal."
    )


def coverage(coverage_shares: tuple[float, float] | None) -> None:
    """How much of the map the choice touches, against a random draw of as many."""
    if coverage_shares is None:
        return
    spread, drawn = coverage_shares
    markup.show(
        f"<div>The chosen samples lie in <b>{spread:.0%}</b> of the map's occupied places; a random draw of as many "
        f"would lie in <b>{drawn:.0%}</b>.</div>"
    )


def _tone(before: Evenness, after: Evenness) -> str:
    if abs(before.variance - after.variance) < 1e-9:
        return ""
    return "w-good" if after.variance < before.variance else "w-bad"
