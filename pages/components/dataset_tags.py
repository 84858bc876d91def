"""What a dataset is by the survey's taxonomy: tags that people set, what is suggested, and its turns."""

from __future__ import annotations

import streamlit as st

from curation.app import server
from curation.workspace import tags
from curation.workspace.tags import CONSTRUCTION, TENDENCY, Tagged, Tags, TagSuggestion
from pages.components import drafts, markup, person, storing

_NONE = "none"


def show(dataset: Tagged) -> None:
    """The tags to set, and the suggestion to take or to leave."""
    st.markdown("**Dataset type**")
    construction, tendency, domain = (
        f"{tag_kind} of {dataset.name}" for tag_kind in ("construction", "tendency", "domain")
    )
    _put(construction, list(dataset.tags.construction))
    _put(tendency, list(dataset.tags.tendency))
    st.pills(
        "Construction", list(CONSTRUCTION), selection_mode="multi", format_func=CONSTRUCTION.__getitem__,
        key=construction, on_change=_changed, args=(dataset, construction, tendency, domain),
        help="How the instructions were made: from annotations, by a language model, or from several sets.",
    )  # fmt: skip
    st.pills(
        "Tendency", list(TENDENCY), selection_mode="multi", format_func=TENDENCY.__getitem__,
        key=tendency, on_change=_changed, args=(dataset, construction, tendency, domain),
        help="What the instructions are about beside whole pictures.",
    )  # fmt: skip
    if "domain" in dataset.tags.tendency:
        _put(domain, dataset.tags.domain)
        st.text_input(
            "Domain", key=domain, placeholder="medicine, documents, point cloud, …", max_chars=60,
            on_change=_changed, args=(dataset, construction, tendency, domain),
        )  # fmt: skip
        drafts.field(domain, commits=False)
    if dataset.suggestion:
        _suggestion(dataset, dataset.suggestion)
    who = f" Set by {dataset.who}." if dataset.who and (dataset.tags.construction or dataset.tags.tendency) else ""
    share = f" ({dataset.several:.0%} of the samples)" if dataset.several else ""
    st.caption(markup.plain(f"Turns: {dataset.kind_of_turns}{share}, {dataset.turns:.1f} each; counted, not set.{who}"))


def _suggestion(dataset: Tagged, hint: TagSuggestion) -> None:
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        words = tags.words(hint.tags) or "no tendency"
        st.markdown(
            f":material/lightbulb: Perhaps **{markup.plain(words)}**: {markup.plain(hint.why)}.", width="content"
        )
        st.button(
            "Take it", key=f"take suggestion {dataset.name}", on_click=_take, args=(dataset, hint),
            help="Sets what is not set yet.",
        )  # fmt: skip


def _put(key: str, value: object) -> None:
    if key not in st.session_state or st.session_state[key] != value:
        st.session_state[key] = value


@storing.safely
def _changed(dataset: Tagged, construction: str, tendency: str, domain: str) -> None:
    tendencies = list(st.session_state[tendency] or ())
    if _NONE in tendencies and len(tendencies) > 1:  # the newer of the two counts
        tendencies = (
            [_NONE]
            if _NONE not in dataset.tags.tendency
            else [selected for selected in tendencies if selected != _NONE]
        )
    word = st.session_state.get(domain, dataset.tags.domain)
    _write(dataset.name, Tags(tuple(st.session_state[construction] or ()), tuple(tendencies), word))
    drafts.fields_saved(domain)


@storing.safely
def _take(dataset: Tagged, hint: TagSuggestion) -> None:
    old, new = dataset.tags, hint.tags
    construction, tendency = old.construction or new.construction, old.tendency or new.tendency
    domain = old.domain or (new.domain if "domain" in tendency else "")
    _write(dataset.name, Tags(construction, tendency, domain))


def _write(name: str, new_tags: Tags) -> None:
    tags.write(server.current().workspace, name, new_tags, person.name())
