"""The parameters of one metric, stage or feature: which model, which limits; kept in the workspace."""

from __future__ import annotations

from typing import Any

import streamlit as st

from curation.app import server
from curation.common import display
from curation.views.runs import settings
from curation.views.runs.settings import SettingsView
from curation.workspace import metric_settings
from curation.workspace.metric_settings import ConfigurationError
from pages.components import drafts, markup


def show() -> None:
    """A choice of column, a form of its parameters, and its values under other versions."""
    owner = server.current()
    titles = settings.choices(owner)
    if not titles:
        return
    with st.expander("Models and parameters", icon=":material/tune:"):
        name = st.selectbox("Metric", list(titles), format_func=titles.__getitem__, key="settings_of")
        shown = settings.view(owner, name)
        st.caption(markup.plain(shown.column.about))
        if shown.cost:
            st.caption(markup.plain(f"Scoring what is missing asks about {shown.cost}. Spent so far: {shown.spent}."))
        _form(shown)
        _versions(shown)


def _form(shown: SettingsView) -> None:
    name = shown.column.name
    with st.form(f"settings-{name}", border=False, enter_to_submit=False):
        values = {key: _field(name, key, value) for key, value in shown.params.items()}
        for key in shown.params:
            drafts.field(_place(name, key))
        pressed = st.form_submit_button("Save", icon=":material/save:")
    if not pressed:
        return
    try:
        settings.save(server.current(), name, values)
    except ConfigurationError as error:
        st.error(markup.plain(str(error)))
        return
    drafts.fields_saved(*(_place(name, key) for key in shown.params))
    st.toast("Saved. A changed parameter computes only this column anew; old values are kept.")
    st.rerun()


def _place(name: str, key: str) -> str:
    return f"setting-{name}-{key}"


def _field(name: str, key: str, value: Any) -> Any:
    label, place = display.title(key), _place(name, key)
    if isinstance(value, bool):
        return st.toggle(label, value=value, key=place)
    if isinstance(value, int):
        return int(st.number_input(label, value=value, step=1, key=place))
    if isinstance(value, float):
        return float(st.number_input(label, value=value, format="%g", key=place))
    text = st.text_input(label, value="" if value is None else str(value), key=place)
    return metric_settings.parse(text) if value is None and text else (None if value is None else text)


def _versions(shown: SettingsView) -> None:
    if shown.versions.is_empty():
        st.caption("No values yet.")
        return
    rows = [
        (
            markup.safe(row["version"]) + (" (in use)" if row["version"] == shown.column.version else ""),
            f"{row['values']:,}",
            "" if row["mean"] is None else f"{row['mean']:.4g}",
            str(row["run_no"]),
        )
        for row in shown.versions.iter_rows(named=True)
    ]
    markup.show(markup.table(("Version", "Values", "Mean", "Run"), rows, right=(1, 2, 3)))
