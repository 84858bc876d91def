"""Approved exports, each with its download."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import streamlit as st

from pages.components import markup


def show(past: Sequence[Mapping[str, Any]]) -> None:
    """The newest first; the zip holds split, images list, recipe, manifest and card."""
    if not past:
        st.caption("Nothing has been approved yet.")
        return
    rows = [
        (
            _link(row),
            f"{row['samples']:,}",
            markup.safe(row["who"]),
            markup.moment(row["made_at"]),
        )
        for row in past
    ]
    markup.show(markup.table(("Download", "Samples", "Approved by", "When"), rows, right=(1,)))


def _link(row: Mapping[str, Any]) -> str:
    name = markup.safe(row["name"])
    if not row["here"]:
        return f'{name} <span class="w-soft">(its folder is gone)</span>'
    return f'<a class="w-button" href="/download/{int(row["export_no"])}" download="{name}.zip">{name}.zip</a>'
