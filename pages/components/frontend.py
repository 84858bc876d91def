"""Components with a part in the browser: their scripts and styles lie in folders of assets/."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path

import streamlit as st
from streamlit.components.v2.types import ComponentRenderer

ASSETS = Path(__file__).resolve().parents[2] / "assets"


@lru_cache(maxsize=256)
def component(
    name: str,
    scripts: tuple[str, ...],
    styles: tuple[str, ...] = (),
    *,
    folder: str = "components",
    html: str | None = None,
    isolated: bool = False,
) -> ComponentRenderer:
    """The component `name` of these files, registered once; the scripts are read one after the other as one module.

    `html` is markup or the name of a file that holds it; an `isolated` one does not see the app's own styles.
    """
    found = ASSETS / folder
    return st.components.v2.component(
        f"winnow_{name}",
        html=_read(found, (html,)) if html and html.endswith(".html") else html,
        js=_read(found, scripts),
        css=_read(found, styles) if styles else None,
        isolate_styles=isolated,
    )


def _read(folder: Path, files: tuple[str, ...]) -> str:
    return "\n".join((folder / file).read_text(encoding="utf-8") for file in files)
