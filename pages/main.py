"""Runs before every page: page config, navigation, and the sidebar with what goes on."""

from __future__ import annotations

from pathlib import Path

import streamlit as st

from curation.app import server
from curation.common.counts import counted
from curation.views.runs import progress
from curation.workspace import WorkspaceError
from pages.components import activity, browser, drafts, lifeline, loading, markup, open_server, person

ROOT = Path(__file__).resolve().parents[1]

ICON = str(ROOT / "assets" / "icon.png")

st.set_page_config(page_title="Winnow", page_icon=ICON, layout="wide", initial_sidebar_state="auto")
st.logo(str(ROOT / "assets" / "logo.svg"), size="large", icon_image=ICON)
st.html(ROOT / "assets" / "winnow.css")


def home() -> None:
    """The bare address leads to the overview, which has an address of its own."""
    st.switch_page("overview.py")


page = st.navigation(
    {
        "": [st.Page(home, title="Winnow", default=True, visibility="hidden")],
        "Data": [
            st.Page("overview.py", title="Overview", icon=":material/dashboard:", url_path="overview"),
            st.Page("ingest.py", title="Ingest", icon=":material/upload_file:", url_path="ingest"),
            st.Page("generate.py", title="Generate", icon=":material/auto_awesome:", url_path="generate"),
            st.Page("runs.py", title="Runs", icon=":material/manufacturing:", url_path="runs"),
        ],
        "Curate": [
            st.Page("browse.py", title="Browse", icon=":material/grid_view:", url_path="browse"),
            st.Page("map.py", title="Map", icon=":material/scatter_plot:", url_path="map"),
            st.Page("flags.py", title="Flags", icon=":material/flag:", url_path="flags"),
            st.Page("thresholds.py", title="Thresholds", icon=":material/tune:", url_path="thresholds"),
            st.Page("review.py", title="Review", icon=":material/rate_review:", url_path="review"),
        ],
        "Deliver": [
            st.Page("export.py", title="Export", icon=":material/archive:", url_path="export"),
            st.Page("report.py", title="Report", icon=":material/lab_profile:", url_path="report"),
        ],
    },
    expanded=True,
)

try:
    totals = progress.totals(server.current())
except WorkspaceError as error:
    st.error(markup.plain(error), icon=":material/database_off:")
    st.stop()

with st.sidebar:
    person.show()
    markup.show(
        f'<div class="w-soft w-num">{counted(totals["datasets"], "dataset")} · '
        f"{counted(totals['samples'], 'sample')}<br>{counted(totals['turns'], 'turn')} · "
        f"{counted(totals['images'], 'image')}</div>"
    )
    activity.show()
    lifeline.show()

if page.url_path != "review":
    server.current().leases.forget([browser.name()])
open_server.show()
loading.wait(server.current(), page.url_path, totals["samples"])
page.run()
drafts.show()
