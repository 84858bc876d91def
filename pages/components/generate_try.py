"""A try on three images: what would come of them, before anything is stored."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from curation.app import server
from curation.common.counts import counted
from curation.generation.dataset_writer import MakingError
from curation.generation.llm.prompts import PromptError
from curation.generation.plan import GenerationPlan
from curation.generation.templates import TemplateError
from curation.views.generate import generate
from curation.views.generate.generate import GenerateView, TrialResult
from pages.components import markup, storing


def show(generate_view: GenerateView, run_plan: GenerationPlan) -> None:
    """Draws the button of a try, and what the last try came to.

    Args:
        generate_view: It says what keeps from asking a model, if so.
        run_plan: Plan that is tried.
    """
    owner = server.current()
    running = any(job.state == "running" for job in generate.jobs(owner, generate.TRY))
    missing = run_plan.mode == "instruct" and bool(generate_view.why)
    with st.container(horizontal=True, vertical_alignment="center"):
        st.button(
            f"Try on {generate.TRIED} images", icon=":material/science:", key="generate_try", on_click=_start,
            args=(run_plan,), disabled=running or missing,
        )  # fmt: skip
        st.caption("Nothing is stored but the model's answers, which are not paid twice.")
    message = st.session_state.pop("generate_try_error", None)
    if message:
        st.error(markup.plain(message), icon=":material/error:")
    st.fragment(_live, run_every=0.7 if running else None, key="generate_trying")(running)
    trial = generate.trial(owner)
    if trial and not running:
        pace = f"{markup.duration(trial.seconds) or '0 s'} per image" if trial.seconds >= 1 else "under 1 s per image"
        st.caption(markup.plain(f"{pace}{f'; {trial.cost}' if trial.cost else ''}"))
        with st.container(height=520, key="generate_tried"):
            for tried in trial.tried:
                _tried(tried)


@storing.safely
def _start(run_plan: GenerationPlan) -> None:
    try:
        generate.try_some(server.current(), run_plan)
    except (MakingError, PromptError, TemplateError) as error:
        st.session_state.generate_try_error = str(error)


def _live(was_running: bool) -> None:
    newest = next(iter(generate.jobs(server.current(), generate.TRY)), None)
    if newest is None:
        return
    if newest.state == "running":
        st.progress(min(newest.share, 1.0), text="Trying …")
    elif newest.message:
        st.error(markup.plain(newest.message), icon=":material/error:")
    if was_running != (newest.state == "running"):
        st.rerun()


def _tried(tried: TrialResult) -> None:
    count = counted(len(tried.conversations), "sample")
    unused = f", {len(tried.unused)} not used" if tried.unused else ""
    with st.expander(markup.plain(f"{tried.image}: {count}{unused}"), icon=":material/chat:", expanded=True):
        picture, answers = st.columns([1, 3], gap="medium")
        if tried.picture:
            picture.image(tried.picture, width="stretch")
        with answers:
            markup.show("".join(_conversation(n, each) for n, each in enumerate(tried.conversations, 1)))
            for outcome in tried.unused:
                markup.show(
                    f'<div class="w-note"><b>{markup.safe(outcome.outcome)}</b> {markup.safe(outcome.reason)}'
                    f'<div class="w-raw">{markup.safe(outcome.raw)}</div></div>'
                )


def _conversation(number: int, messages: Sequence[tuple[str, str]]) -> str:
    def bubble(role: str, text: str) -> str:
        tone = "w-user" if role == "human" else "w-answer"
        return f'<div class="w-bubble {tone}">{markup.safe(text)}</div>'

    return f'<div class="w-who">Sample {number}</div>' + "".join(bubble(*message) for message in messages)
