"""Forty reviewers at once until every sample is decided: none is given twice, and all have work to the end.

Sessions ask the server for samples as browsers do, without a browser: they decide what they were given while it is
surely theirs, then ask again; who finds everything with others waits for what gets free. In the environment,
WINNOW_BENCH_SAMPLES says how many samples (3,000 unless told) and WINNOW_BENCH_REVIEWERS how many people.
"""

from __future__ import annotations

import os
import statistics
import tempfile
import time
import uuid
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path

import orjson
import polars as pl

from benchmarks import CampaignFailedError, Row
from curation.app.server import Server
from curation.decisions import actions
from curation.importing import importer
from curation.recipes.recipe import Recipe
from curation.review.queues import Queue
from curation.views.review import review
from curation.workspace import open_workspace
from storage import decisions

SAMPLES = int(os.environ.get("WINNOW_BENCH_SAMPLES", "3000"))
REVIEWERS = int(os.environ.get("WINNOW_BENCH_REVIEWERS", "40"))
LOOK_SECONDS = 0.2
"""How often a session without a sample looks whether one got free."""


@dataclass
class Figures:
    """What came of it: the log of decisions, and of each session the seconds that it waited though samples were left.

    `sent_home` names who was told that everything is decided while it was not.
    """

    samples: int
    seconds: float = 0.0
    log: pl.DataFrame = field(default_factory=pl.DataFrame)
    waited: dict[str, float] = field(default_factory=dict)
    sent_home: list[str] = field(default_factory=list)

    @property
    def doubled(self) -> int:
        """Decisions on samples that were decided already."""
        return int(self.log.height - self.log["key"].n_unique())

    @property
    def lost(self) -> int:
        """Samples that nobody decided."""
        return int(self.samples - self.log["key"].n_unique())

    @property
    def idle(self) -> int:
        """Sessions that decided nothing."""
        return len(self.waited) - self.log["who"].n_unique()

    @property
    def earliest_end(self) -> float:
        """Share of all decisions that were made when the first of the sessions made its last one, 0 to 1."""
        last = self.log.with_row_index("place", offset=1).group_by("who").agg(pl.col("place").max())["place"]
        return int(last.to_numpy().min()) / self.log.height

    def each(self) -> str:
        """Decisions of a session."""
        counts = sorted(self.log["who"].value_counts()["count"])
        return f"{statistics.median(counts):,.0f} ({counts[0]:,} to {counts[-1]:,})"


def run() -> Iterator[Row]:
    """Lets everybody review, and prints what was lost, doubled and waited for."""
    with tempfile.TemporaryDirectory() as folder:
        figures = campaign(Path(folder), SAMPLES, REVIEWERS)
    yield f"samples of {SAMPLES:,} decided by nobody", f"{figures.lost}", "0"
    yield "samples given twice", f"{figures.doubled}", "0"
    yield f"sessions of {REVIEWERS} that got nothing", f"{figures.idle}", "0"
    yield "sent home before all was decided", f"{len(figures.sent_home)}", "0"
    yield "decisions of a session, median (least to most)", figures.each(), ""
    yield "decided when the first session had its last sample", f"{figures.earliest_end:.1%}", ""
    waited = sorted(figures.waited.values())
    yield "seconds that a session waited, median (most)", f"{statistics.median(waited):.1f} ({waited[-1]:.1f})", ""
    yield "all of them together", f"{figures.seconds:,.0f} s", ""
    if figures.lost or figures.doubled or figures.idle or figures.sent_home:
        raise CampaignFailedError("a sample was lost or given twice, or somebody was left without work.")


def campaign(folder: Path, samples: int, reviewers: int, *, ahead_seconds: float = 2.0, grace: float = 1.0) -> Figures:
    """Imports as many samples and lets as many sessions decide them all.

    Args:
        folder: Where the workspace is made.
        samples: How many samples.
        reviewers: How many sessions, each of a person of its own.
        ahead_seconds: How long a session's samples ahead are safe in a short queue; see `Leases`.
        grace: How long what was given back stays with a session.

    Returns:
        What came of it.
    """
    talk = ({"from": "human", "value": "What is it?"}, {"from": "gpt", "value": "A thing."})
    path = folder / "things.json"
    path.write_bytes(orjson.dumps([{"id": f"{number}", "conversations": talk} for number in range(samples)]))
    owner = Server(open_workspace(folder / "workspace"))
    try:
        importer.import_file(owner.workspace, path)
        owner.leases.ahead_seconds, owner.leases.grace = ahead_seconds, grace
        figures, started = Figures(samples), time.perf_counter()
        with ThreadPoolExecutor(reviewers) as pool:
            names = [f"reviewer {number}" for number in range(reviewers)]
            for _ in pool.map(lambda name: _reviewed(owner, name, figures), names):
                continue
        figures.seconds = time.perf_counter() - started
        figures.log = decisions.log(owner.workspace.store)
        return figures
    finally:
        owner.close()


def _reviewed(owner: Server, name: str, figures: Figures) -> None:
    """One session, from its first sample until it is told that everything is decided."""
    holder = f"browser of {name}"
    figures.waited[name] = 0.0
    while True:
        asked_at = time.monotonic()
        view = review.view(owner, Queue(), name, holder, Recipe())
        if not view.items and not view.blocked:
            if view.done < view.size:
                figures.sent_home.append(name)
            return
        while view.blocked and not review.has_news(owner, holder, view.blocked):
            time.sleep(LOOK_SECONDS)
        if view.blocked:
            figures.waited[name] += time.monotonic() - asked_at
        for place, item in enumerate(view.items):  # as a browser does: it goes on with what is still its own
            if place and time.monotonic() - asked_at > view.safe_seconds / 2:
                break
            act = {"id": uuid.uuid4().hex, "do": "approve", "key": item.sample.key}
            actions.apply(owner.workspace, name, act, view.queue.kind)
