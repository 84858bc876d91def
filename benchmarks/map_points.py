"""The map: lasso of 60 corners, clusters, and bytes to fetch, at 150,000 and 1,000,000 points."""

from __future__ import annotations

import math
import statistics
import time
from collections.abc import Callable, Iterator

import numpy as np

from benchmarks import Row
from curation.maps import clusters, polygon
from curation.maps.layouts import Plane

SIZES, CLUSTERS, TIMES = (150_000, 1_000_000), 200, 5


def run() -> Iterator[Row]:
    """Times each step on points around 200 centres."""
    for count in SIZES:
        yield from of_size(count, synthetic(count), circle(0.0, 0.0, 6.0))


def of_size(count: int, plane: Plane, corners: list[tuple[float, float]]) -> Iterator[Row]:
    """The rows of one size."""
    among = np.ones(count, dtype=bool)
    yield f"points of {count:,} samples", f"{12 * count / 1e6:.1f} MB", "once per visit"
    yield f"colours of {count:,} samples", f"{count / 1e6:.2f} MB", "once per colouring"
    yield f"lasso over {count:,}", median(lambda: polygon.inside(plane.x, plane.y, corners)), "< 100 ms"
    yield f"clusters of {count:,}", median(lambda: clusters.extents(plane)), "once per map"
    yield f"their pictures, {count:,}", median(lambda: clusters.representatives(plane, among)), "once per map"


def synthetic(count: int) -> Plane:
    """Points around 200 centres, a tenth of them in no cluster."""
    draw = np.random.default_rng(0)
    cluster = draw.integers(0, CLUSTERS, count)
    centres = draw.uniform(-10, 10, (CLUSTERS, 2))
    places = (centres[cluster] + draw.normal(0, 0.4, (count, 2))).astype(np.float32)
    cluster[draw.random(count) < 0.1] = -1
    numbers = np.arange(count, dtype=np.int32)
    return Plane("map_images", "1", 1, numbers, places[:, 0].copy(), places[:, 1].copy(), cluster, {})


def circle(x: float, y: float, radius: float) -> list[tuple[float, float]]:
    """As many corners as the browser sends at most."""
    angles = [2 * math.pi * corner / 60 for corner in range(60)]
    return [(x + radius * math.cos(angle), y + radius * math.sin(angle)) for angle in angles]


def median(work: Callable[[], object]) -> str:
    """The middle of a few runs."""
    times = []
    for _ in range(TIMES):
        started = time.perf_counter()
        work()
        times.append(time.perf_counter() - started)
    return f"{1000 * statistics.median(times):.0f} ms"
