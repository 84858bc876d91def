"""Laying 200,000 vectors of 64 numbers out as a map: fitted on 10,000 of them, the rest placed."""

from __future__ import annotations

import resource
import time
from collections.abc import Iterator

import numpy as np

from benchmarks import Row
from scoring import mapping

VECTORS, WIDTH, GROUPS, FITTED = 200_000, 64, 50, 10_000


def run() -> Iterator[Row]:
    """Times the layout and says how well planted groups come back (adjusted Rand index)."""
    from sklearn.metrics import adjusted_rand_score

    draw = np.random.default_rng(0)
    truth = draw.integers(0, GROUPS, VECTORS)
    centres = draw.normal(size=(GROUPS, WIDTH)) * 3
    vectors = (centres[truth] + draw.normal(size=(VECTORS, WIDTH))).astype(np.float32)
    started = time.perf_counter()
    layout = mapping.lay_out(vectors, {**mapping.PARAMS, "fit_on": FITTED}, lambda _: None)
    seconds = time.perf_counter() - started
    found = layout.clusters >= 0
    yield f"{VECTORS:,} vectors, {FITTED:,} fitted", f"{seconds:.0f} s", ""
    yield (
        "agreement with the planted groups (ARI)",
        f"{adjusted_rand_score(truth[found], layout.clusters[found]):.2f}",
        "",
    )
    yield "in no cluster", f"{1 - found.mean():.1%}", ""
    yield "peak memory", f"{resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024:,.0f} MB", ""
