"""Says on every page that other machines reach a server without a login."""

from __future__ import annotations

import streamlit as st

from curation.app import hosts


def show() -> None:
    """Nothing where the server listens to this machine only."""
    if hosts.is_open(st.get_option("server.address")):
        st.warning(
            "Anybody who reaches this server can read and change everything here: it has no login and listens to other "
            "machines.",
            icon=":material/lock_open:",
        )
