"""The parameters of one metric, stage or feature: which model, which limits; kept in the workspace."""

from __future__ import annotations

import polars as pl
import streamlit as st

from curation.app import server
from curation.common import display
from curation.views.runs import settings
from curation.views.runs.settings import SettingsView
from curation.workspace import metric_settings, task_axis
from curation.workspace.metric_settings import ConfigurationError
from curation.workspace.model_prices import PriceError, PriceTable
from pages.components import drafts, markup, storing


def show() -> None:
    """A choice of column, a form of its parameters, and its values under other versions."""
    owner = server.current()
    titles = settings.choices(owner)
    if not titles:
        return
    _tasks()
    with st.expander("Models and parameters", icon=":material/tune:"):
        name = st.selectbox("Metric", list(titles), format_func=titles.__getitem__, key="settings_of")
        settings_view = settings.view(owner, name)
        st.caption(markup.plain(settings_view.column.about))
        if settings_view.cost:
            st.caption(
                markup.plain(
                    f"Scoring what is missing asks about {settings_view.cost}. Spent so far: {settings_view.spent}."
                )
            )
        _form(settings_view)
        _versions(settings_view)
    with st.expander("Prices of models", icon=":material/payments:"):
        _prices()


def _tasks() -> None:
    """Whose labels are the tasks, for indicators, quotas, filters and queues alike."""
    present = settings.tasks(server.current())
    if st.session_state.get("task_axis") not in task_axis.CHOICES:
        st.session_state["task_axis"] = present
    st.selectbox(
        "Tasks are", list(task_axis.CHOICES), format_func=task_axis.CHOICES.__getitem__, key="task_axis",
        on_change=_tasks_chosen, help="Used by task indicators, quotas, filters and queues. One that is off is scored.",
    )  # fmt: skip


@storing.safely
def _tasks_chosen() -> None:
    settings.choose_tasks(server.current(), st.session_state.task_axis)


def _prices() -> None:
    """The table of what models cost, one row each; rows are added and deleted in place."""
    rows = [{"Model": model, "Sent": sent, "Received": received} for model, (sent, received) in _table().items()]
    shape = {
        "Model": st.column_config.TextColumn(required=True),
        "Sent": st.column_config.NumberColumn("Per million tokens sent", min_value=0.0, required=True, default=0.0),
        "Received": st.column_config.NumberColumn("Per million received", min_value=0.0, required=True, default=0.0),
    }
    with st.form("model-prices", border=False, enter_to_submit=False):
        edited = st.data_editor(
            pl.DataFrame(rows, schema={"Model": pl.String, "Sent": pl.Float64, "Received": pl.Float64}),
            column_config=shape, num_rows="dynamic", key="model_prices",
        )  # fmt: skip
        pressed = st.form_submit_button("Save prices", icon=":material/save:")
    st.caption("In any currency. They hold for columns and generation without prices of their own.")
    if not pressed:
        return
    try:
        prices = pl.DataFrame(edited).rows()
        settings.save_prices(server.current(), {model: (sent, received) for model, sent, received in prices})
    except PriceError as error:
        st.error(markup.plain(str(error)))
        return
    st.toast("Prices saved.")
    st.rerun()


def _table() -> PriceTable:
    return settings.prices(server.current())


def _form(settings_view: SettingsView) -> None:
    name = settings_view.column.name
    with st.form(f"settings-{name}", border=False, enter_to_submit=False):
        values = {key: _field(name, key, value) for key, value in settings_view.params.items()}
        for key in settings_view.params:
            drafts.field(_field_key(name, key))
        pressed = st.form_submit_button("Save", icon=":material/save:")
    if not pressed:
        return
    try:
        settings.save(server.current(), name, values)
    except ConfigurationError as error:
        st.error(markup.plain(str(error)))
        return
    drafts.fields_saved(*(_field_key(name, key) for key in settings_view.params))
    st.toast("Saved. A changed parameter computes only this column anew; old values are kept.")
    st.rerun()


def _field_key(name: str, key: str) -> str:
    return f"setting-{name}-{key}"


def _field(name: str, key: str, value: object) -> object:
    label, field_key = display.title(key), _field_key(name, key)
    if isinstance(value, bool):
        return st.toggle(label, value=value, key=field_key)
    if isinstance(value, int):
        return int(st.number_input(label, value=value, step=1, key=field_key))
    if isinstance(value, float):
        return float(st.number_input(label, value=value, format="%g", key=field_key))
    text = st.text_input(label, value="" if value is None else str(value), key=field_key)
    return metric_settings.parse(text) if value is None and text else (None if value is None else text)


def _versions(settings_view: SettingsView) -> None:
    if settings_view.versions.is_empty():
        st.caption("No values yet.")
        return
    rows = [
        (
            markup.safe(row["version"]) + (" (in use)" if row["version"] == settings_view.column.version else ""),
            f"{row['values']:,}",
            "" if row["mean"] is None else f"{row['mean']:.4g}",
            str(row["run_no"]),
        )
        for row in settings_view.versions.iter_rows(named=True)
    ]
    markup.show(markup.table(("Version", "Values", "Mean", "Run"), rows, right=(1, 2, 3)))
