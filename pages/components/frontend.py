"""Components with a part in the browser; `assets/components.json` names the files that each is made of."""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path
from typing import TypedDict

import streamlit as st
from streamlit.components.v2.types import ComponentRenderer

ASSETS = Path(__file__).resolve().parents[2] / "assets"
COMPONENTS = ASSETS / "components.json"


class Files(TypedDict, total=False):
    """What a component is made of: paths below assets/; an isolated one does not see the app's own styles."""

    scripts: list[str]
    styles: list[str]
    html: str
    isolated: bool


@cache
def component(name: str) -> ComponentRenderer:
    """The component `name`, registered once; its scripts are read one after the other as one module."""
    files = _components()[name]
    return st.components.v2.component(
        f"winnow_{name}",
        html=_joined([files["html"]]) if "html" in files else None,
        js=_joined(files["scripts"]),
        css=_joined(files["styles"]) if "styles" in files else None,
        isolate_styles=files.get("isolated", False),
    )


@cache
def _components() -> dict[str, Files]:
    components: dict[str, Files] = json.loads(COMPONENTS.read_text(encoding="utf-8"))
    return components


def _joined(files: list[str]) -> str:
    return "\n".join((ASSETS / file).read_text(encoding="utf-8") for file in files)
