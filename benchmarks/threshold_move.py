"""One threshold move at 665,000 samples x 25 metrics: everything that the page shows, recomputed."""

from __future__ import annotations

import statistics
import time
from collections.abc import Iterator

import numpy as np
import polars as pl

from benchmarks import Row
from curation.filtering.snapshot import Snapshot, values_of
from curation.filtering.thresholds import Board
from curation.recipes.recipe import Cut, Recipe
from curation.workspace.score_columns import Column

SAMPLES, METRICS, TASKS, MOVES = 665_000, 25, 12, 60


def run() -> Iterator[Row]:
    """Moves one of 25 active cuts at a time, small and large steps, and times mask to histograms."""
    board = Board(synthetic(SAMPLES))
    draw = np.random.default_rng(1)
    cuts = dict.fromkeys(board.snapshot.values, -1.6)
    evaluate(board, cuts)
    times = []
    for _ in range(MOVES):
        name = f"metric_{draw.integers(METRICS):02d}"
        cuts[name] = float(draw.uniform(-3.0, 0.5))
        started = time.perf_counter()
        evaluate(board, cuts)
        times.append(1000 * (time.perf_counter() - started))
        cuts[name] = -1.6
    yield f"move, median of {MOVES}", f"{statistics.median(times):.1f} ms", "at most 50 ms"
    yield "move, slowest", f"{max(times):.1f} ms", "at most 50 ms"


def evaluate(board: Board, cuts: dict[str, float]) -> None:
    """All that the thresholds page asks for after a move."""
    recipe = Recipe(cuts=tuple(Cut(name, low=low) for name, low in cuts.items()))
    outcome = board.evaluate(recipe)
    outcome.funnel()
    outcome.by_task()
    outcome.histograms()
    assert 0 < outcome.remaining < SAMPLES


def synthetic(count: int) -> Snapshot:
    """A snapshot of normally distributed metrics, a tenth of the values missing."""
    draw = np.random.default_rng(0)
    columns, values = {}, {}
    for number in range(METRICS):
        name = f"metric_{number:02d}"
        numbers = draw.normal(size=count)
        numbers[draw.random(count) < 0.1] = np.nan
        columns[name] = Column(name, "1", name, bad_when="low")
        values[name] = values_of(numbers, numbers, numbers, columns[name])
    return Snapshot(
        samples=pl.DataFrame({"sample_no": np.arange(count), "key": [""] * count, "turns": [1] * count}),
        columns=columns,
        values=values,
        tasks=[f"task {number}" for number in range(TASKS)],
        task_codes=draw.integers(0, TASKS, count).astype(np.int32),
        languages=["en"],
        language_codes=np.zeros(count, dtype=np.int32),
        flags=pl.DataFrame(
            schema={"sample_no": pl.Int32, "flag_id": pl.String, "kind": pl.String, "verdict": pl.String}
        ),
        decisions=pl.DataFrame(
            schema={
                "subject": pl.String,
                "key": pl.String,
                "verdict": pl.String,
                "who": pl.String,
                "event_id": pl.String,
                "event_no": pl.Int64,
            }
        ),
    )
