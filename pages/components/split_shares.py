"""What of it goes out, and how it is divided into training, validation and test data."""

from __future__ import annotations

from dataclasses import replace

import streamlit as st

from curation.recipes.recipe import TRAIN, Recipe, RecipeError, Splits, splits_of
from pages.components import drafts, markup, recipe_state, storing

_NONE = "none"
_BY = {
    _NONE: "All of it is training data",
    "image": "Keep samples of one image together",
    "duplicates": "Keep near duplicates and samples of one image together",
    "dataset": "Keep each dataset together",
    "field": "As the rows' field “split” says",
}
_PERCENTS = {"validation": "Validation, percent", "test": "Test, percent"}
_USUAL = {TRAIN: 0.9, "validation": 0.05, "test": 0.05}
_ERROR = "split_error"


def show(recipe: Recipe) -> None:
    """Draws what stays together and the shares; the rest is training data.

    Args:
        recipe: The draft with the splits.
    """
    if st.session_state.get("only_approved") != recipe.only_approved:
        st.session_state["only_approved"] = recipe.only_approved
    st.checkbox(
        "Only samples that a person approved", key="only_approved", on_change=_only_approved_changed,
        help="Samples that nobody decided stay in otherwise, as far as filters let them pass.",
    )  # fmt: skip
    splits = recipe.splits
    shown_by = splits.by if splits.shares or splits.by == "field" else _NONE
    if st.session_state.get("split_by") != shown_by:
        st.session_state["split_by"] = shown_by
    st.selectbox("Splits", list(_BY), format_func=_BY.__getitem__, key="split_by", on_change=_by_changed)
    if shown_by not in (_NONE, "field"):
        for column, (name, label) in zip(st.columns(2, gap="small"), _PERCENTS.items(), strict=True):
            percent = round(100 * splits.shares.get(name, 0), 4)
            if st.session_state.get(f"split_{name}") != percent:
                st.session_state[f"split_{name}"] = percent
            column.number_input(
                label, min_value=0.0, max_value=99.0, step=1.0, format="%.4g", key=f"split_{name}",
                on_change=_percent_changed, args=(name,),
            )  # fmt: skip
            drafts.field(f"split_{name}")
        others = {name: share for name, share in splits.shares.items() if name not in _PERCENTS}
        st.caption(markup.plain(", ".join(f"{100 * share:.4g}% {name}" for name, share in others.items())))
    message = st.session_state.pop(_ERROR, None)
    if message:
        st.error(markup.plain(message), icon=":material/error:")


@storing.safely
def _only_approved_changed() -> None:
    recipe_state.change(replace(recipe_state.current(), only_approved=bool(st.session_state["only_approved"])))


@storing.safely
def _by_changed() -> None:
    by, old = st.session_state["split_by"], recipe_state.current()
    shares = old.splits.shares or _USUAL
    new = Splits() if by == _NONE else Splits({} if by == "field" else dict(shares), by)
    recipe_state.change(replace(old, splits=new))


@storing.safely
def _percent_changed(name: str) -> None:
    old = recipe_state.current()
    held_out = {other: share for other, share in old.splits.shares.items() if other not in (TRAIN, name)}
    share = float(st.session_state[f"split_{name}"] or 0) / 100
    held_out |= {name: share} if share else {}
    training_share = round(1 - sum(held_out.values()), 9)
    try:
        splits = splits_of({TRAIN: training_share, **held_out}, old.splits.by)
    except RecipeError as error:
        st.session_state[_ERROR] = str(error)
        return
    recipe_state.change(replace(old, splits=splits))
    drafts.fields_saved(f"split_{name}")
