"""Whether figures that rest on people's decisions hold: simulated decisions against a known truth."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from functools import partial

import numpy as np

from benchmarks import Row
from curation.common.intervals import wilson
from curation.filtering import cut_quality
from curation.filtering.cut_quality import Judged
from curation.reporting import uncertainty
from curation.review import predicted_audit, ranking
from scoring import clusters, spread
from scoring.arrays import Floats, Mask
from scoring.indicator import IndicatorValue
from scoring.text import verdict

RUNS = 200
WAYS = ("worst first", "near the cut", "by disagreement", "random audit", "audit, then worst first")
"""How people come to review what they review."""


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


def cut_coverage(way: str, runs: int, samples: int = 2000, reviewed: int = 150) -> tuple[float, float]:
    """Simulates reviews of a set where the chance to be bad falls with the score, and measures a cut.

    Args:
        way: One of WAYS.
        runs: Seeds 0 to so many.
        samples: Size of the set.
        reviewed: How many are decided.

    Returns:
        The shares of runs in which the bounds of precision and of recall hold the truth.
    """
    held = np.zeros(2)
    for seed in range(runs):
        draw = np.random.default_rng(seed)
        score, other = draw.random(samples), draw.random(samples)
        chance = 1 / (1 + np.exp(8 * (score - 0.25) + 4 * (other - 0.5)))  # `other` is what a reader sees beside it
        bad = draw.random(samples) < chance
        fails, audit = score < 0.2, draw.permutation(samples)
        order = {
            "worst first": np.argsort(score),
            "near the cut": np.argsort(np.abs(score - 0.2)),
            "by disagreement": np.argsort(np.abs(chance - 0.5)),
            "random audit": audit,
            "audit, then worst first": np.concatenate([audit[: reviewed // 2], np.argsort(score)]),
        }[way][:reviewed]
        drawn = audit[: {"random audit": reviewed, "audit, then worst first": reviewed // 2}.get(way, 0)]
        decided = np.unique(order)
        quality = cut_quality.measure(Judged(decided, bad[decided]), Judged(drawn, bad[drawn]), fails)
        truth = (bad[fails].mean(), fails[bad].mean())
        held += [
            part.low - 1e-9 <= value <= part.high + 1e-9
            for part, value in zip((quality.precision, quality.recall), truth, strict=True)
        ]
    return float(held[0] / runs), float(held[1] / runs)


def calibration_holds(runs: int, pairs: int, precision: float, step: float | None = None) -> tuple[float, float]:
    """Calibrates a source on verdicts of which each is right with a known chance.

    Args:
        runs: Seeds 0 to so many.
        pairs: Decided spans.
        precision: What is asked for.
        step: Score from which on 97 % are right and below which 20 % are; None: the chance is the score.

    Returns:
        The share of runs whose threshold has at least the precision in truth, or none is set; the share that set one.
    """
    holds = settings = 0
    grid = np.linspace(0, 1, 4001)
    truth = grid if step is None else np.where(grid >= step, 0.97, 0.2)
    for seed in range(runs):
        draw = np.random.default_rng(seed)
        scores = draw.random(pairs)
        right = draw.random(pairs) < np.interp(scores, grid, truth)
        threshold = verdict.calibrate(list(zip(scores.tolist(), right.tolist(), strict=True)), precision)
        settings += threshold is not None
        holds += threshold is None or truth[grid >= threshold].mean() >= precision
    return holds / runs, settings / runs


def mean_coverage(runs: int, images: int, each: int) -> float:
    """Draws values that samples of one image share, and takes the interval of their mean.

    Args:
        runs: Seeds 0 to so many.
        images: Number of images.
        each: Samples of each.

    Returns:
        The share of runs whose interval holds the true mean.
    """
    held = 0
    group = np.repeat(np.arange(images), each)
    everything = np.ones(len(group), dtype=bool)
    for seed in range(runs):
        draw = np.random.default_rng(seed)
        values = draw.exponential(size=images)[group] + 0.3 * draw.normal(size=len(group))
        parts = uncertainty.parts_of(group, everything, seed)
        outcome = uncertainty.with_interval(IndicatorValue(float(values.mean())), parts, partial(_mean_of, values))
        held += outcome.low is not None and outcome.high is not None and outcome.low <= 1.0 <= outcome.high
    return held / runs


def _mean_of(values: Floats, kept: Mask) -> IndicatorValue:
    return IndicatorValue(float(values[kept].mean()))


def collapse_seen(runs: int, share: float, texts: int = 400, kinds: int = 40) -> dict[str, float]:
    """Replaces a share of the vectors of a set by copies of five of them, and compares measures before and after.

    Args:
        runs: Seeds 0 to so many.
        share: Of the set, 0 to 1.
        texts: Size of the set.
        kinds: Clusters that the vectors are in.

    Returns:
        Per measure the share of runs in which it falls.
    """
    fell = dict.fromkeys(("distance to the nearest", "Vendi score", "clusters (R, SD)"), 0)
    for seed in range(runs):
        draw = np.random.default_rng(seed)
        vectors = draw.normal(size=(kinds, 32))[draw.integers(0, kinds, texts)] + 0.5 * draw.normal(size=(texts, 32))
        vectors = (vectors / np.linalg.norm(vectors, axis=1, keepdims=True)).astype(np.float32)
        collapsed = vectors.copy()
        replaced = draw.permutation(texts)[: round(share * texts)]
        collapsed[replaced] = vectors[draw.choice(texts, 5, replace=False)][np.arange(len(replaced)) % 5]
        near = clusters.radius(vectors, clusters.NEIGHBOURS) or 0.0
        pairs = (
            (spread.nearest_distance(vectors), spread.nearest_distance(collapsed)),
            (spread.vendi(vectors), spread.vendi(collapsed)),
            tuple(clusters.count(part, near, clusters.NEIGHBOURS)[0] for part in (vectors, collapsed)),
        )
        for name, (before, after) in zip(fell, pairs, strict=True):
            fell[name] += after < before
    return {name: count / runs for name, count in fell.items()}


def audit_coverage(runs: int, rate: float, accuracy: float, audited: int, samples: int = 5000) -> dict[str, float]:
    """Estimates the share of bad samples from five votes of a judge on each and an audit of some.

    Args:
        runs: Seeds 0 to so many.
        rate: True share of bad samples.
        accuracy: Chance that a vote is right; 0.5 is a coin.
        audited: Samples that people look at.
        samples: Size of the set.

    Returns:
        Share of runs whose interval holds the truth, its mean width, and that of the audit alone.
    """
    held, width, alone = 0, 0.0, 0.0
    for seed in range(runs):
        draw = np.random.default_rng(seed)
        bad = draw.random(samples) < rate
        votes = draw.binomial(5, np.where(bad, accuracy, 1 - accuracy)) / 5
        drawn = draw.permutation(samples)[:audited]
        share = predicted_audit.bad_share(votes, drawn, bad[drawn])
        assert share is not None
        held += share.low <= bad.mean() <= share.high
        width += share.high - share.low
        low, high = wilson(int(np.count_nonzero(bad[drawn])), audited)
        alone += high - low
    return {"held": held / runs, "width": width / runs, "width of the audit alone": alone / runs}


def run() -> Iterator[Row]:
    """Simulates each figure and says how often its interval holds the truth."""
    for images, each in ((160, 1), (40, 4), (20, 8)):
        area, share = chance_coverage(RUNS, images, each)
        yield f"coin per image, {images} images of {each}: interval holds 0.5", f"{share:.1%}", "at least 94 %"
        yield f"coin per image, {images} images of {each}: mean area", f"{area:.3f}", "0.500"
    for way in WAYS:
        for share, figure in zip(cut_coverage(way, 5 * RUNS), ("precision", "recall"), strict=True):
            yield f"{figure} of a cut, {way}: bounds hold the truth", f"{share:.1%}", "at least 93 %"
    for pairs in (60, 120, 300, 2000):
        for step in (None, 0.4):
            share, often = calibration_holds(5 * RUNS, pairs, 0.9, step)
            words = "chance is the score" if step is None else "97 % right above 0.4"
            yield f"calibrate to 90 %, {pairs} spans, {words}: holds", f"{share:.1%}", "at least 95 %"
            yield f"calibrate to 90 %, {pairs} spans, {words}: moves a threshold", f"{often:.1%}", ""
    for images, each in ((60, 1), (60, 5), (400, 2)):
        yield (
            f"interval of a mean, {images} images of {each}",
            f"{mean_coverage(5 * RUNS, images, each):.1%}",
            "about 95 %",
        )
    for share in (0.05, 0.1, 0.2, 0.4, 0.6):
        for name, often in collapse_seen(50, share).items():
            yield f"collapse of {share:.0%} into five, {name} falls", f"{often:.0%}", "leading: at least 95 %"
    for rate, accuracy, audited in itertools.product((0.03, 0.1, 0.3), (0.5, 0.8, 0.95), (30, 60, 200)):
        figures = audit_coverage(5 * RUNS, rate, accuracy, audited)
        words = f"audit of {audited} with votes that are right {accuracy:.0%}, {rate:.0%} bad"
        yield f"{words}: holds", f"{figures['held']:.1%}", "at least 93 %"
        widths = f"{figures['width']:.3f} (alone {figures['width of the audit alone']:.3f})"
        yield f"{words}: width", widths, ""
