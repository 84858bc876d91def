"""What is made of the clues: by templates or by a language model, of which tasks or flavour, how many."""

from __future__ import annotations

from typing import Any

import streamlit as st

from curation.generation.collect import GenerationInput
from curation.generation.plan import GenerationPlan
from curation.views.generate.generate import GenerateView
from pages.components import drafts, markup

MODES = {"adapt": "By templates", "instruct": "By a language model"}
FLAVOURS = {
    "global": "Whole image", "conversation": "Questions and answers", "detail": "Detailed description",
    "reasoning": "Reasoning", "region": "An object in a box", "negative": "What is not there",
}  # fmt: skip


_FIELDS = ("generate_name", "generate_limit", "generate_each", "generate_seed")
_BUDGET_FIELDS = (
    "generate_temperature", "generate_max_tokens", "generate_concurrency", "generate_requests", "generate_tokens",
    "generate_max_cost", "generate_price_in", "generate_price_out",
)  # fmt: skip


def show(generate_view: GenerateView, where: GenerationInput) -> GenerationPlan:
    """Draws the settings of a run.

    Args:
        generate_view: What may be chosen.
        where: Sources that were read.
    Returns:
        The plan that the settings make.
    """
    mode = st.segmented_control(
        "How", list(MODES), default="adapt", format_func=lambda name: MODES[name], key="generate_mode", required=True,
        persist_state="session",
        help="Templates say only what annotations bear out and cost nothing. A model writes whole conversations.",
    )  # fmt: skip
    more = _instruct(generate_view) if mode == "instruct" else _adapt(generate_view)
    counts = st.columns(3)
    limit = counts[0].number_input(
        "Images", 0, 10**7, 100, key="generate_limit", persist_state="session", help="The first so many by name; 0: all"
    )
    each = counts[1].number_input("Samples per image", 1, 50, 5, key="generate_each", persist_state="session")
    seed = counts[2].number_input("Seed", 0, 10**9, 0, key="generate_seed", persist_state="session")
    name = st.text_input(
        "Name of the dataset", key="generate_name", max_chars=80, persist_state="session",
        placeholder=f"instruct-{more['flavour']}" if mode == "instruct" else "generated",
    )  # fmt: skip
    for key in _FIELDS:
        drafts.field(key)
    return GenerationPlan(
        annotations=tuple(map(str, where.annotations)), images=str(where.images or ""), dataset=where.dataset,
        mode=str(mode), limit=int(limit), per_image=int(each), seed=int(seed), name=name.strip(), **more,
    )  # fmt: skip


def _adapt(generate_view: GenerateView) -> dict[str, Any]:
    tasks = st.multiselect(
        "Tasks", list(generate_view.tasks), key="generate_tasks", placeholder="all", persist_state="session",
        help="  \n".join(f"**{name}**: {markup.plain(about)}" for name, about in generate_view.tasks.items()),
    )  # fmt: skip
    return {"tasks": tuple(tasks), "negatives": _negatives(generate_view)}


def _negatives(generate_view: GenerateView) -> str:
    ways = {"random": "at random", "popular": "popular ones", "cooccurring": "what often comes with what is there"}
    return str(
        st.selectbox(
            "Absent objects",
            list(generate_view.negatives),
            format_func=lambda way: ways.get(way, way),
            key="generate_negatives",
            persist_state="session",
            help="Which objects that are not there are asked about",
        )
    )


def _instruct(generate_view: GenerateView) -> dict[str, Any]:
    if generate_view.why:
        st.warning(markup.plain(generate_view.why), icon=":material/key_off:")
    flavour = st.pills(
        "Conversations about", list(generate_view.flavours), default="global", key="generate_flavour", required=True,
        format_func=lambda name: FLAVOURS.get(name, name), persist_state="session",
    )  # fmt: skip
    settings: dict[str, Any] = {"flavour": str(flavour)}
    if flavour == "negative":
        settings["negatives"] = _negatives(generate_view)
    model, images = st.columns(2, vertical_alignment="bottom")
    settings["model"] = model.text_input(
        "Model", key="generate_model", placeholder=generate_view.model or "the endpoint's name for it",
        persist_state="session", help=f"Asked at {markup.plain(generate_view.host)}" if generate_view.host else None,
    ).strip()  # fmt: skip
    settings["with_images"] = images.toggle(
        "Send the images", key="generate_with_images", persist_state="session",
        help="Only for a model that sees. Otherwise it is given the clue, as in the paper.",
    )  # fmt: skip
    drafts.field("generate_model")
    return settings | _budget()


def _budget() -> dict[str, Any]:
    for key in _BUDGET_FIELDS:
        drafts.field(key)
    with st.expander("Temperature, budget and prices", icon=":material/tune:"):
        first, second, third = st.columns(3)
        return {
            "temperature": first.number_input(
                "Temperature", 0.0, 2.0, 0.8, 0.1, key="generate_temperature", persist_state="session"
            ),
            "max_tokens": second.number_input(
                "Tokens per conversation", 100, 10_000, 1500, 100, key="generate_max_tokens", persist_state="session"
            ),
            "concurrency": third.number_input(
                "Requests at a time", 1, 64, 4, key="generate_concurrency", persist_state="session"
            ),
            "requests": first.number_input(
                "Most requests", 0, 10**7, 0, key="generate_requests", persist_state="session", help="0: no limit"
            ),
            "tokens": second.number_input(
                "Most tokens", 0, 10**10, 0, key="generate_tokens", persist_state="session", help="0: no limit"
            ),
            "max_cost": third.number_input(
                "Highest cost", 0.0, 1e6, 0.0, key="generate_max_cost", persist_state="session",
                help="By the prices below; 0: no limit",
            ),
            "price_in": first.number_input(
                "Price per million sent", 0.0, 1e4, 0.0, key="generate_price_in", persist_state="session"
            ),
            "price_out": second.number_input(
                "Price per million received", 0.0, 1e4, 0.0, key="generate_price_out", persist_state="session"
            ),
        }  # fmt: skip
