"""What a dataset is by the survey's taxonomy: tags that people set, what is suggested, and its turns."""

from __future__ import annotations

import streamlit as st

from curation.app import server
from curation.workspace import tags
from curation.workspace.tags import CONSTRUCTION, TENDENCY, Suggestion, Tagged, Tags
from pages.components import drafts, markup, person, storing

_NONE = "none"


def show(shown: Tagged) -> None:
    """The tags to set, and the suggestion to take or to leave."""
    st.markdown("**Dataset type**")
    construction, tendency, domain = (f"{what} of {shown.name}" for what in ("construction", "tendency", "domain"))
    _put(construction, list(shown.tags.construction))
    _put(tendency, list(shown.tags.tendency))
    st.pills(
        "Construction", list(CONSTRUCTION), selection_mode="multi", format_func=CONSTRUCTION.__getitem__,
        key=construction, on_change=_changed, args=(shown, construction, tendency, domain),
        help="How the instructions were made: from annotations, by a language model, or from several sets.",
    )  # fmt: skip
    st.pills(
        "Tendency", list(TENDENCY), selection_mode="multi", format_func=TENDENCY.__getitem__,
        key=tendency, on_change=_changed, args=(shown, construction, tendency, domain),
        help="What the instructions are about beside whole pictures.",
    )  # fmt: skip
    if "domain" in shown.tags.tendency:
        _put(domain, shown.tags.domain)
        st.text_input(
            "Domain", key=domain, placeholder="medicine, documents, point cloud, …", max_chars=60,
            on_change=_changed, args=(shown, construction, tendency, domain),
        )  # fmt: skip
        drafts.field(domain, commits=False)
    if shown.suggestion:
        _suggestion(shown, shown.suggestion)
    who = f" Set by {shown.who}." if shown.who and (shown.tags.construction or shown.tags.tendency) else ""
    share = f" ({shown.several:.0%} of the samples)" if shown.several else ""
    st.caption(markup.plain(f"Turns: {shown.kind_of_turns}{share}, {shown.turns:.1f} each; counted, not set.{who}"))


def _suggestion(shown: Tagged, hint: Suggestion) -> None:
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        said = tags.words(hint.tags) or "no tendency"
        st.markdown(
            f":material/lightbulb: Perhaps **{markup.plain(said)}**: {markup.plain(hint.why)}.", width="content"
        )
        st.button(
            "Take it", key=f"take suggestion {shown.name}", on_click=_take, args=(shown, hint),
            help="Sets what is not set yet.",
        )  # fmt: skip


def _put(key: str, value: object) -> None:
    if key not in st.session_state or st.session_state[key] != value:
        st.session_state[key] = value


@storing.safely
def _changed(shown: Tagged, construction: str, tendency: str, domain: str) -> None:
    chosen = list(st.session_state[tendency] or ())
    if _NONE in chosen and len(chosen) > 1:  # the newer of the two counts
        chosen = [_NONE] if _NONE not in shown.tags.tendency else [one for one in chosen if one != _NONE]
    word = st.session_state.get(domain, shown.tags.domain)
    _write(shown.name, Tags(tuple(st.session_state[construction] or ()), tuple(chosen), word))
    drafts.fields_saved(domain)


@storing.safely
def _take(shown: Tagged, hint: Suggestion) -> None:
    old, new = shown.tags, hint.tags
    construction, tendency = old.construction or new.construction, old.tendency or new.tendency
    domain = old.domain or (new.domain if "domain" in tendency else "")
    _write(shown.name, Tags(construction, tendency, domain))


def _write(name: str, wanted: Tags) -> None:
    tags.write(server.current().workspace, name, wanted, person.name())
