"""What samples are made from: annotation files with an image folder, or a dataset that has annotations."""

from __future__ import annotations

from pathlib import Path

import streamlit as st

from curation.app import server
from curation.common.counts import counted
from curation.generation.collect import GatheredClues, GenerationInput
from curation.views.generate import generate
from curation.views.generate.generate import GenerateView
from pages.components import drafts, markup, storing

FILES, DATASET = "Annotation files", "A dataset that is here"


def show(generate_view: GenerateView) -> GenerationInput | None:
    """The form and its progress; what was read last, or None while nothing is."""
    owner = server.current()
    running = any(job.state == "running" for job in generate.jobs(owner, generate.READ))
    last_read = generate.gathered(owner)
    with st.expander("What to make samples from", expanded=last_read is None or running, icon=":material/dataset:"):
        way = st.segmented_control(
            "From", [FILES, DATASET], default=FILES, key="generate_way", label_visibility="collapsed", required=True,
            persist_state="session",
        )  # fmt: skip
        if way == DATASET:
            _dataset(generate_view)
        else:
            _files()
    _error()
    st.fragment(_live, run_every=0.7 if running else None, key="generate_reading")(running)
    if last_read is None or running:
        return None
    _summary(*last_read)
    return last_read[0]


def _files() -> None:
    with st.form("generate_files", border=False, enter_to_submit=False):
        st.text_area(
            "Annotation files, one per line", key="generate_annotations", height=90, persist_state="session",
            placeholder="/data/captions_val2017.json\n/data/instances_val2017.json",
        )  # fmt: skip
        st.text_input(
            "Image folder or archive", key="generate_images", placeholder="/data/val2017", persist_state="session"
        )
        drafts.field("generate_annotations")
        drafts.field("generate_images")
        st.caption("Paths on the machine that Winnow runs on. Sources are recognised by content, joined by image name.")
        st.form_submit_button("Read", type="primary", icon=":material/auto_stories:", on_click=_read_files)


def _dataset(generate_view: GenerateView) -> None:
    if not generate_view.annotated:
        st.caption("No dataset here has annotations. Import one with annotations on the Ingest page, or choose files.")
        return
    st.selectbox("Dataset", generate_view.annotated, key="generate_dataset", persist_state="session")
    st.button("Read", type="primary", icon=":material/auto_stories:", key="generate_read", on_click=_read_dataset)


@storing.safely
def _read_files() -> None:
    state = st.session_state
    lines = [line.strip() for line in str(state.get("generate_annotations") or "").splitlines() if line.strip()]
    images = str(state.get("generate_images") or "").strip()
    missing = [line for line in lines if not Path(line).expanduser().exists()]
    if not lines:
        state.generate_error = "Name at least one annotation file."
    elif missing:
        state.generate_error = f"There is no file {missing[0]} on the machine that Winnow runs on."
    elif not images or not Path(images).expanduser().exists():
        state.generate_error = f"There is no image folder {images} on the machine that Winnow runs on."
    else:
        files = tuple(Path(line).expanduser() for line in lines)
        generate.read(server.current(), GenerationInput(files, None, Path(images).expanduser()))


@storing.safely
def _read_dataset() -> None:
    generate.read(server.current(), GenerationInput(dataset=str(st.session_state.generate_dataset)))


def _error() -> None:
    message = st.session_state.pop("generate_error", None)
    if message:
        st.error(markup.plain(message), icon=":material/error:")


def _live(was_running: bool) -> None:
    newest = next(iter(generate.jobs(server.current(), generate.READ)), None)
    if newest is None:
        return
    if newest.state == "running":
        many = f"{newest.doing}: {newest.rows:,}" if newest.rows else (newest.doing or "reading")
        st.progress(min(newest.share, 1.0), text=markup.plain(many.capitalize()))
    elif newest.state == "failed":
        st.error(markup.plain(newest.message), icon=":material/error:")
    if was_running != (newest.state == "running"):
        st.rerun()


def _summary(where: GenerationInput, gathered: GatheredClues) -> None:
    collected = gathered.collected
    names = ", ".join(dict.fromkeys(source.source for source in gathered.sources))
    left = ", ".join(f"{count:,} annotated images are {reason}" for reason, count in collected.left_out.items())
    origin = f"dataset {where.dataset}" if where.dataset else names
    st.markdown(f"**{counted(len(collected.clues), 'image')}** from {markup.plain(origin)}")
    notes = [source.note for source in gathered.sources if source.note]
    if left or notes:
        st.caption(markup.plain(" ".join([f"{left}." if left else "", *notes])))
