"""Components with a part in the browser: their script and style lie in assets/components."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import streamlit as st
from streamlit.components.v2.types import ComponentRenderer

FOLDER = Path(__file__).resolve().parents[2] / "assets" / "components"


@cache
def component(name: str, scripts: tuple[str, ...], styles: tuple[str, ...] = ()) -> ComponentRenderer:
    """The component `name` of these files, registered once; the scripts are read one after the other as one module."""
    return st.components.v2.component(
        f"winnow_{name}", js=_read(scripts), css=_read(styles) if styles else None, isolate_styles=False
    )


def _read(files: tuple[str, ...]) -> str:
    return "\n".join((FOLDER / file).read_text(encoding="utf-8") for file in files)
