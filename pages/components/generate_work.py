"""Making the samples: what it will cost, the button, progress with a stop, and runs to go on with."""

from __future__ import annotations

import streamlit as st

from curation.app import server
from curation.app.jobs import Job
from curation.generation import plan
from curation.generation.dataset_writer import MakingError
from curation.generation.llm.prompts import PromptError
from curation.generation.plan import Kept, Plan
from curation.views.generate import generate
from curation.views.generate.generate import GenerateView
from pages.components import markup, storing

SHOWN = 3


def show(shown: GenerateView, wanted: Plan) -> None:
    """What it takes, and the button that starts it."""
    owner = server.current()
    found = generate.gathered(owner)
    if found is None:
        return
    images = len(plan.cut(found[1], wanted.limit).clues)
    missing = wanted.mode == "instruct" and bool(shown.why)
    st.button(
        f"Make samples from {markup.count(images, 'image')}", type="primary", icon=":material/auto_awesome:",
        key="generate_make", on_click=_start, args=(wanted,), disabled=missing or _running(), width="stretch",
    )  # fmt: skip
    st.caption(markup.plain(_takes(wanted, images)))


def show_unfinished() -> None:
    """What runs or ran in this server, and what an earlier one left."""
    owner = server.current()
    message = st.session_state.pop("generate_make_error", None)
    if message:
        st.error(markup.plain(message), icon=":material/error:")
    running = _running()
    st.fragment(_live, run_every=0.7 if running else None, key="generate_making")(running)
    for kept in generate.unfinished(owner):
        with st.container(border=True):
            st.markdown(f"**Not finished:** {markup.plain(_named(kept))}")
            st.caption(markup.plain(f"{kept.done:,} of {kept.total:,} images. {kept.stopped or 'It was interrupted.'}"))
            with st.container(horizontal=True):
                st.button(
                    "Go on", icon=":material/play_arrow:", key=f"go_on_{kept.file.stem}", on_click=_start,
                    args=(kept.plan,),
                )  # fmt: skip
                st.button(
                    "Leave it", icon=":material/close:", key=f"leave_{kept.file.stem}", type="tertiary",
                    on_click=plan.forget, args=(kept,), help="What it made stays",
                )  # fmt: skip


def _named(kept: Kept) -> str:
    return kept.dataset or kept.plan.name or f"{kept.plan.mode} {kept.plan.flavour}"


def _takes(wanted: Plan, images: int) -> str:
    owner = server.current()
    if wanted.mode != "instruct":
        return "They become a dataset that is scored and waits for review. Templates cost nothing."
    took = generate.seconds(owner, wanted, images)
    time = f"About {markup.duration(took)} by the last try." if took else "A try tells how long it takes."
    try:
        told = generate.estimate(owner, wanted)
    except (PromptError, OSError, ValueError) as error:
        return str(error)
    return f"At most about {told}; what was asked before is not paid again. {time}"


@storing.safely
def _start(wanted: Plan) -> None:
    try:
        generate.start(server.current(), wanted)
    except MakingError as error:
        st.session_state.generate_make_error = str(error)


def _running() -> bool:
    return any(job.state == "running" for job in generate.jobs(server.current(), generate.MAKE))


def _live(was_running: bool) -> None:
    owner = server.current()
    for job in generate.jobs(owner, generate.MAKE)[:SHOWN]:
        _job(owner, job)
    if was_running != _running():
        st.rerun()


def _job(owner: server.Server, job: Job) -> None:
    if job.state == "failed":
        st.error(markup.plain(f"{job.title}: {job.message}"), icon=":material/error:")
    elif job.state == "done":
        st.success(markup.plain(job.message), icon=":material/check_circle:")
    else:
        left = markup.duration(job.eta_seconds)
        st.progress(
            min(job.share, 1.0), text=markup.plain(f"{job.doing or 'Starting'}{f', {left} left' if left else ''}")
        )
        if title := generate.importing_now(owner):
            st.caption(markup.plain(f"{title}: running; what is made here is stored after it."))
        stopping = generate.stopping(owner, job)
        st.button(
            "Stopping …" if stopping else "Stop", icon=":material/stop:", key=f"generate_stop_{job.number}",
            on_click=storing.safely(generate.stop), args=(owner, job), disabled=stopping,
            help="Ends after what is under way. What was made stays, and it can go on at any time.",
        )  # fmt: skip
