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


def show(export_view: ExportView) -> None:
    """Both sides with filters by reason, task and dataset, and another page of samples at a click."""
    sizes = {OUT: export_view.size, LEFT: export_view.total - export_view.size}
    side = st.segmented_control(
        "Side", [OUT, LEFT], default=OUT, required=True, key="preview_side", label_visibility="collapsed",
        format_func=lambda name: f"{name} · {sizes[name]:,}",
    )  # fmt: skip
    members = _filtered(export_view, out=side == OUT)
    count = int(np.count_nonzero(members))
    with st.container(horizontal=True, vertical_alignment="center"):
        shows = "all of them" if count <= CARDS else f"{CARDS} drawn from them"
        st.markdown(f"**{count:,}** {'sample' if count == 1 else 'samples'}, {shows}")
        st.button("Another 24", icon=":material/casino:", key="preview_more", disabled=count <= CARDS, on_click=_more)
    cards = export.cards(server.current(), export_view, members, st.session_state.get(_SEED, 0))
    markup.show(f'<div class="w-cards">{"".join(_card(card) for card in cards)}</div>')


def account(export_view: ExportView) -> None:
    """Every sample once: what goes out, and what is left out by its first cause."""
    table = ledger.by_cause(export_view.ledger)
    rows = [
        (
            markup.safe(row["title"][:1].upper() + row["title"][1:]),
            f'<span class="w-soft">{_KINDS[row["kind"]]}</span>',
            markup.bar(row["samples"] / max(export_view.total, 1), "w-good" if row["kind"] == "out" else ""),
            f"{row['samples']:,}",
        )
        for row in table.iter_rows(named=True)
    ]
    rows.append(("<b>All samples</b>", "", "", f"<b>{export_view.total:,}</b>"))
    markup.show(markup.table(("", "by", "", "Samples"), rows, right=(3,)))
    st.caption("Each sample is counted once, under the first cause that leaves it out.")


_KINDS = {
    "out": "", "selection": "the selection", "person": "a person", "flag": "a flag", "threshold": "a threshold",
    "quota": "the quota", "dataset": "the recipe",
}  # fmt: skip


def _filtered(export_view: ExportView, *, out: bool) -> np.ndarray:
    plan, causes_ledger = export_view.plan, export_view.ledger
    everything = ledger.matching(plan, causes_ledger, out=out)
    causes = (
        {} if out else {row["title"]: row["samples"] for row in ledger.by_cause(causes_ledger, everything).to_dicts()}
    )
    snapshot = plan.outcome.snapshot
    counts = np.bincount(snapshot.task_codes[everything], minlength=len(snapshot.tasks)).tolist()
    tasks = {name: n for name, n in zip(snapshot.tasks, counts, strict=True) if n}
    datasets = dict(snapshot.samples["dataset"].filter(everything).value_counts(sort=True).iter_rows())
    selectors = st.columns(2 if out else 3, gap="small")
    cause = "" if out else _choose(selectors[0], "Reason", causes, "preview_cause")
    task = _choose(selectors[-2], "Task", tasks, f"preview_task_{out}")
    dataset = _choose(selectors[-1], "Dataset", datasets, f"preview_dataset_{out}")
    return ledger.matching(plan, causes_ledger, out=out, cause=cause, task=task, dataset=dataset)


def _choose(column: st.delta_generator.DeltaGenerator, label: str, counts: dict[str, int], key: str) -> str:
    options = ["", *sorted(counts, key=lambda name: (-counts[name], name))]
    if st.session_state.get(key) not in options:
        st.session_state[key] = ""
    total = sum(counts.values())
    return column.selectbox(
        label,
        options,
        key=key,
        format_func=lambda name: markup.line(f"{name} · {counts.get(name, 0):,}") if name else f"All · {total:,}",
    )


@storing.safely
def _more() -> None:
    st.session_state[_SEED] = st.session_state.get(_SEED, 0) + 1


def _card(card: Card) -> str:
    why = ", ".join(card.reasons)
    reasons = f'<span class="w-why w-clip" title="{markup.safe(why)}">✕ {markup.safe(why)}</span>' if why else ""
    where = f"{card.dataset}, row {card.row}"
    return (
        f'<a class="w-card" href="/review?sample={int(card.sample_no)}" target="_blank" title="{markup.safe(where)}">'
        f"{picture.thumbnail(card.image_no, where)}"
        f'<span class="w-clip">{markup.safe(card.words) or "(no words)"}</span>'
        f'<span class="w-soft">{markup.safe(card.task)}</span>{reasons}</a>'
    )
