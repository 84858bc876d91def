"""Whether figures that rest on people's decisions hold: simulated decisions against a known truth."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from benchmarks import Row
from curation.review import ranking

RUNS = 200


def chance_coverage(runs: int, images: int, each: int, width: int = 24) -> tuple[float, float]:
    """Draws verdicts by a coin per image and learns from them.

    Args:
        runs: Seeds 0 to so many.
        images: Number of images.
        each: Samples of each image, whose features resemble each other.
        width: Number of features.

    Returns:
        Mean area under the ROC curve, and the share of runs whose 95 % interval holds 0.5.
    """
    areas, holds = [], 0
    for seed in range(runs):
        draw = np.random.default_rng(seed)
        group = np.repeat(np.arange(images), each)
        features = draw.normal(size=(images, width))[group] + 0.3 * draw.normal(size=(len(group), width))
        rejected = (draw.random(images) < 0.5)[group]
        probabilities, folds = ranking.held_out(features.astype(np.float32), rejected, group)
        area, (low, high) = ranking.area(probabilities, rejected, group, folds)
        areas.append(area)
        holds += low <= ranking.CHANCE <= high
    return float(np.mean(areas)), holds / runs


def run() -> Iterator[Row]:
    """Simulates each figure and says how often its interval holds the truth."""
    for images, each in ((160, 1), (40, 4), (20, 8)):
        area, share = chance_coverage(RUNS, images, each)
        yield f"coin per image, {images} images of {each}: interval holds 0.5", f"{share:.1%}", "at least 94 %"
        yield f"coin per image, {images} images of {each}: mean area", f"{area:.3f}", "0.500"
