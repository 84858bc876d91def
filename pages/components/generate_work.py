"""Making the samples: what it will cost, the button, progress with a stop, and runs to go on with."""

from __future__ import annotations

import streamlit as st

from curation.app import server
from curation.app.jobs import Job
from curation.common.counts import counted
from curation.generation import plan
from curation.generation.dataset_writer import MakingError
from curation.generation.llm.prompts import PromptError
from curation.generation.plan import GenerationPlan, StartedPlan
from curation.views.generate import generate
from curation.views.generate.generate import GenerateView
from pages.components import markup, storing

SHOWN = 3


def show(generate_view: GenerateView, run_plan: GenerationPlan) -> None:
    """Draws what a run takes, and the button that starts it; nothing before annotations are read.

    Args:
        generate_view: It says what keeps from asking a model, if so.
        run_plan: Plan that is started.
    """
    owner = server.current()
    last_read = generate.gathered(owner)
    if last_read is None:
        return
    images = len(plan.cut(last_read[1], run_plan.limit).clues)
    missing = run_plan.mode == "instruct" and bool(generate_view.why)
    st.button(
        f"Make samples from {counted(images, 'image')}", type="primary", icon=":material/auto_awesome:",
        key="generate_make", on_click=_start, args=(run_plan,), disabled=missing or _running(), width="stretch",
    )  # fmt: skip
    st.caption(markup.plain(_takes(run_plan, images)))


def show_unfinished() -> None:
    """What runs or ran in this server, and what an earlier one left."""
    owner = server.current()
    message = st.session_state.pop("generate_make_error", None)
    if message:
        st.error(markup.plain(message), icon=":material/error:")
    running = _running()
    st.fragment(_live, run_every=0.7 if running else None, key="generate_making")(running)
    for stopped_run in generate.unfinished(owner):
        with st.container(border=True):
            st.markdown(f"**Not finished:** {markup.plain(_named(stopped_run))}")
            st.caption(
                markup.plain(
                    f"{stopped_run.done:,} of {counted(stopped_run.total, 'image')}. "
                    f"{stopped_run.stopped or 'It was interrupted.'}"
                )
            )
            with st.container(horizontal=True):
                st.button(
                    "Go on", icon=":material/play_arrow:", key=f"go_on_{stopped_run.file.stem}", on_click=_start,
                    args=(stopped_run.plan,), disabled=_running(),
                )  # fmt: skip
                st.button(
                    "Leave it", icon=":material/close:", key=f"leave_{stopped_run.file.stem}", type="tertiary",
                    on_click=plan.forget, args=(stopped_run,), help="What it made stays",
                )  # fmt: skip


def _named(stopped_run: StartedPlan) -> str:
    return stopped_run.dataset or stopped_run.plan.name or f"{stopped_run.plan.mode} {stopped_run.plan.flavour}"


def _takes(run_plan: GenerationPlan, images: int) -> str:
    owner = server.current()
    if run_plan.mode != "instruct":
        return "They become a dataset that is scored and waits for review. Templates cost nothing."
    took = generate.seconds(owner, run_plan, images)
    time = f"About {markup.duration(took)} by the last try." if took else "A try tells how long it takes."
    try:
        cost = generate.estimate(owner, run_plan)
    except (PromptError, OSError, ValueError) as error:
        return str(error)
    return f"At most about {cost}; what was asked before is not paid again. {time}"


@storing.safely
def _start(run_plan: GenerationPlan) -> None:
    try:
        generate.start(server.current(), run_plan)
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
