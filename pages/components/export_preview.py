"""What goes out and what is left out: a ledger that adds up, and samples of each side with the reasons."""

from __future__ import annotations

import numpy as np
import streamlit as st

from curation.app import server
from curation.balancing import ledger
from curation.views.export import export
from curation.views.export.export import CARDS, Card, ExportView
from pages.components import markup, picture, storing

OUT, LEFT = "Goes out", "Left out"
_SEED = "preview_seed"


def show(shown: ExportView) -> None:
    """Both sides with filters by reason, task and dataset, and another page of samples at a click."""
    side = st.segmented_control(
        "Side", [OUT, LEFT], default=OUT, required=True, key="preview_side", label_visibility="collapsed",
        format_func=lambda name: f"{name} · {shown.size if name == OUT else shown.total - shown.size:,}",
    )  # fmt: skip
    members = _filtered(shown, out=side == OUT)
    count = int(np.count_nonzero(members))
    with st.container(horizontal=True, vertical_alignment="center"):
        shows = "all of them" if count <= CARDS else f"{CARDS} drawn from them"
        st.markdown(f"**{count:,}** {'sample' if count == 1 else 'samples'}, {shows}")
        st.button("Another 24", icon=":material/casino:", key="preview_more", disabled=count <= CARDS, on_click=_more)
    found = export.cards(server.current(), shown, members, st.session_state.get(_SEED, 0))
    markup.show(f'<div class="w-cards">{"".join(_card(one) for one in found)}</div>')


def account(shown: ExportView) -> None:
    """Every sample once: what goes out, and what is left out by its first cause."""
    table = ledger.by_cause(shown.ledger)
    rows = [
        (
            markup.safe(row["title"][:1].upper() + row["title"][1:]),
            f'<span class="w-soft">{_KINDS[row["kind"]]}</span>',
            markup.bar(row["samples"] / max(shown.total, 1), "w-good" if row["kind"] == "out" else ""),
            f"{row['samples']:,}",
        )
        for row in table.iter_rows(named=True)
    ]
    rows.append(("<b>All samples</b>", "", "", f"<b>{shown.total:,}</b>"))
    markup.show(markup.table(("", "by", "", "Samples"), rows, right=(3,)))
    st.caption("Each sample is counted once, under the first cause that leaves it out.")


_KINDS = {
    "out": "", "person": "a person", "flag": "a flag", "threshold": "a threshold", "quota": "the quota",
    "dataset": "the recipe",
}  # fmt: skip


def _filtered(shown: ExportView, *, out: bool) -> np.ndarray:
    planned, found = shown.planned, shown.ledger
    everything = ledger.matching(planned, found, out=out)
    causes = {} if out else {row["title"]: row["samples"] for row in ledger.by_cause(found, everything).to_dicts()}
    snapshot = planned.outcome.snapshot
    counts = np.bincount(snapshot.task_codes[everything], minlength=len(snapshot.tasks)).tolist()
    tasks = {name: n for name, n in zip(snapshot.tasks, counts, strict=True) if n}
    datasets = dict(snapshot.samples["dataset"].filter(everything).value_counts(sort=True).iter_rows())
    places = st.columns(2 if out else 3, gap="small")
    cause = "" if out else _choose(places[0], "Reason", causes, "preview_cause")
    task = _choose(places[-2], "Task", tasks, f"preview_task_{out}")
    dataset = _choose(places[-1], "Dataset", datasets, f"preview_dataset_{out}")
    return ledger.matching(planned, found, out=out, cause=cause, task=task, dataset=dataset)


def _choose(place: st.delta_generator.DeltaGenerator, label: str, counts: dict[str, int], key: str) -> str:
    options = ["", *sorted(counts, key=lambda name: (-counts[name], name))]
    if st.session_state.get(key) not in options:
        st.session_state[key] = ""
    total = sum(counts.values())
    return place.selectbox(
        label,
        options,
        key=key,
        format_func=lambda name: markup.line(f"{name} · {counts.get(name, 0):,}") if name else f"All · {total:,}",
    )


@storing.safely
def _more() -> None:
    st.session_state[_SEED] = st.session_state.get(_SEED, 0) + 1


def _card(one: Card) -> str:
    why = ", ".join(one.reasons)
    reasons = f'<span class="w-why w-clip" title="{markup.safe(why)}">✕ {markup.safe(why)}</span>' if why else ""
    where = f"{one.dataset}, row {one.row}"
    return (
        f'<a class="w-card" href="/review?sample={int(one.sample_no)}" target="_blank" title="{markup.safe(where)}">'
        f"{picture.thumbnail(one.image_no, where)}"
        f'<span class="w-clip">{markup.safe(one.words) or "(no words)"}</span>'
        f'<span class="w-soft">{markup.safe(one.task)}</span>{reasons}</a>'
    )
