"""A light model that learns from decisions on samples and ranks all others by how likely people would reject them.

Logistic regression over standardised scores and the principal components of stored vectors. What it says of itself is
measured on decisions that it did not see: every decision is predicted by a model trained on the other folds.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import polars as pl

from curation.common.counts import counted
from curation.common.errors import WinnowError
from curation.common.intervals import student, wilson
from curation.decisions import decision_log, one_by_one
from curation.filtering import groups
from curation.filtering.snapshot import Snapshot
from curation.review import team
from curation.workspace import Workspace
from scoring.arrays import Floats, Mask, Numbers, Vectors
from scoring.stage import Progress
from storage import indicators, vectors

LEAST, LEAST_EACH = 40, 10
"""Decisions that it needs, and approvals and rejections among them."""
LEAST_GROUPS = 20
"""Groups that share neither picture nor words: verdicts within one say little about other samples."""
CHANCE = 0.5
"""Area under the ROC curve of a ranking that knows nothing."""
MOST_MISSING = 0.9
"""Share of samples without a value from which on nothing is learned from a metric."""
FOLDS = 5
SHARED_TRAINING = 1 + FOLDS / (FOLDS - 1)
"""Factor of a variance over folds, whose models share most of what they learned from (Nadeau and Bengio, 2003,
https://doi.org/10.1023/A:1024068626366)."""
COMPONENTS = 16
CHUNK = 50_000
CUTS = (0.99, 0.98, 0.95, 0.9, 0.8, 0.7, 0.6, 0.5)
SOURCES = {
    "image": ("clip_image", "image_content", "image_descriptor"),
    "turn": ("response_vector", "response_meaning", "response_words"),
}
"""Stored vectors that are learned from, by what they are of; the first of each that is there."""


class TooFewError(WinnowError):
    """There is not enough to learn from; the message says what is missing."""


@dataclass(frozen=True, eq=False)
class Ranking:
    """How likely each sample would be rejected, and how well that holds on held-out decisions.

    `reject` has one probability per sample; `groups` is how many groups of decisions have neither picture nor words in
    common; `area` is the held-out area under the ROC curve (0.5 is chance) with its
    95 % interval; `cuts` has, per side and probability: held_out, right, precision, low, high and how many undecided
    samples lie there; `weights` what speaks for a rejection (positive) or against it, strongest first.
    """

    reject: Floats
    decided: int
    rejected: int
    groups: int
    area: float
    interval: tuple[float, float]
    cuts: pl.DataFrame
    weights: list[tuple[str, float]]
    events: int

    @property
    def useful(self) -> bool:
        """True when it does better than chance beyond doubt."""
        return self.interval[0] > CHANCE


def learn(workspace: Workspace, snapshot: Snapshot, progress: Progress) -> Ranking:
    """Learns from the decisions that people made one by one: what it decided itself would teach it nothing.

    Args:
        workspace: Open workspace.
        snapshot: The samples.
        progress: Called with the share that is done, 0 to 1.

    Returns:
        A probability for each sample, and how well they hold.

    Raises:
        TooFewError: There are too few decisions; the message says how many it takes.
    """
    numbers, rejected = judged(workspace, snapshot)
    _check(rejected)
    scores, names = _scores(snapshot)
    parts, part_names = _components(workspace, snapshot, numbers, progress)
    features = np.hstack([scores, parts])
    group = groups.by_image_and_duplicates(workspace.store, np.ones(snapshot.count, dtype=bool))[numbers]
    _check_groups(group)
    probabilities, folds = held_out(features[numbers], rejected, group)
    progress(0.9)
    model = _fit(features[numbers], rejected)
    reject = _predict(model, features)
    share, interval = area(probabilities, rejected, group, folds)
    undecided = np.ones(snapshot.count, dtype=bool)
    undecided[_decided(workspace, snapshot)] = False
    return Ranking(
        reject=reject,
        decided=len(numbers),
        rejected=int(rejected.sum()),
        groups=len(np.unique(group)),
        area=share,
        interval=interval,
        cuts=_cuts(probabilities, rejected, reject[undecided]),
        weights=_weights(model, [*names, *part_names]),
        events=one_by_one.counting(workspace, "sample").height,
    )


def judged(workspace: Workspace, snapshot: Snapshot) -> tuple[Numbers, Mask]:
    """Reads which samples people approved and rejected one by one.

    Args:
        workspace: Open workspace.
        snapshot: The samples.

    Returns:
        Numbers of the samples, and True for the rejected ones.
    """
    decided = one_by_one.counting(workspace, "sample").filter(pl.col("verdict") != "later")
    numbers = team.numbers(workspace.store, snapshot, decided["key"])
    present = numbers >= 0
    return numbers[present], (decided["verdict"] == "reject").to_numpy()[present]


def likely(ranking: Ranking, snapshot: Snapshot, workspace: Workspace, verdict: str, cut: float) -> Numbers:
    """Selects undecided samples by how likely they would be approved or rejected.

    Args:
        ranking: What was learned.
        snapshot: The samples.
        workspace: Open workspace.
        verdict: "reject" or "approve".
        cut: The least probability, 0 to 1.

    Returns:
        Sample numbers, ascending.
    """
    probability = ranking.reject if verdict == "reject" else 1 - ranking.reject
    selected = probability >= cut
    selected[_decided(workspace, snapshot)] = False
    return np.flatnonzero(selected)


def _decided(workspace: Workspace, snapshot: Snapshot) -> Numbers:
    """Numbers of the samples on which any decision stands."""
    numbers = team.numbers(workspace.store, snapshot, decision_log.standing(workspace, "sample")["key"])
    return numbers[numbers >= 0]


def _check(rejected: Mask) -> None:
    fewer = min(int(rejected.sum()), int((~rejected).sum()))
    if len(rejected) < LEAST or fewer < LEAST_EACH:
        raise TooFewError(
            f"{counted(len(rejected), 'sample', 'is', 'are')} decided one by one, {int(rejected.sum()):,} of them "
            f"rejected; it takes {LEAST} with at least {LEAST_EACH} approvals and {LEAST_EACH} rejections to learn "
            "from."
        )


def _check_groups(group: Numbers) -> None:
    count = len(np.unique(group))
    if count < LEAST_GROUPS:
        raise TooFewError(
            f"The decided samples show {count:,} different pictures; it takes {LEAST_GROUPS} to tell what holds for "
            "others."
        )


def _scores(snapshot: Snapshot) -> tuple[Vectors, list[str]]:
    """Every numeric column's worst value, missing ones at the median, as float32 (N, columns), with titles."""
    columns, names = [], []
    for name, values in snapshot.values.items():
        missing = np.isnan(values.worst)
        if missing.mean() < MOST_MISSING and values.edges[-1] > values.edges[0]:
            clipped = np.clip(values.worst, values.edges[0], values.edges[-1])
            columns.append(np.where(missing, np.nanmedian(clipped), clipped))
            names.append(snapshot.columns[name].title)
    table = np.stack(columns, axis=1).astype(np.float32) if columns else np.zeros((snapshot.count, 0), dtype=np.float32)
    return _standard(table), names


def _components(
    workspace: Workspace, snapshot: Snapshot, numbers: Numbers, progress: Progress
) -> tuple[Vectors, list[str]]:
    """Principal components of the stored vectors, fitted on decided samples and some others; 0 where there is none."""
    from sklearn.decomposition import PCA

    tables, names = [], []
    for subject, feature, version in _stored(workspace, snapshot):
        fitted = None
        table = np.zeros((snapshot.count, COMPONENTS), dtype=np.float32)
        for first in range(0, snapshot.count, CHUNK):
            sample_numbers, stored = vectors.of_samples(
                workspace.store, feature, version, subject, first, first + CHUNK
            )
            if len(sample_numbers) > COMPONENTS and stored.shape[1] >= COMPONENTS and fitted is None:
                fitted = PCA(COMPONENTS, random_state=0).fit(stored[:20_000])
            if fitted is not None and len(sample_numbers):
                table[sample_numbers] = fitted.transform(stored)
            progress(0.8 * min(1.0, (first + CHUNK) / snapshot.count))
        if fitted is not None and np.any(table[numbers]):
            tables.append(_standard(table))
            names += [f"{snapshot.columns[feature].title}, direction {n + 1}" for n in range(COMPONENTS)]
    return (np.hstack(tables) if tables else np.zeros((snapshot.count, 0), dtype=np.float32)), names


def _stored(workspace: Workspace, snapshot: Snapshot) -> Iterator[tuple[str, str, str]]:
    """(subject, feature, version) of the vectors to learn from."""
    stored = indicators.stored_vectors(workspace.store)
    for subject, features in SOURCES.items():
        for name in features:
            column = snapshot.columns.get(name)
            if column and stored.get((name, column.version), (0, 0))[0]:
                yield subject, name, column.version
                break


def _standard(table: Vectors) -> Vectors:
    spread = table.std(axis=0)
    standardised: Vectors = (table - table.mean(axis=0)) / np.where(spread > 0, spread, 1)
    return standardised.astype(np.float32)


def _fit(features: Vectors, rejected: Mask) -> tuple[Vectors, float]:
    """Weights and intercept."""
    from sklearn.linear_model import LogisticRegression

    model = LogisticRegression(C=0.1, max_iter=400).fit(features, rejected)
    return model.coef_[0].astype(np.float32), float(model.intercept_[0])


def _predict(model: tuple[Vectors, float], features: Vectors) -> np.ndarray:
    probability: Floats = 1 / (1 + np.exp(-(features @ model[0] + model[1])))
    return probability


def held_out(features: Vectors, rejected: Mask, group: Numbers) -> tuple[Floats, Numbers]:
    """Predicts each decision by a model that saw neither it nor another of its group.

    Args:
        features: What is learned from, (N, F).
        rejected: The verdicts.
        group: Decisions of one group show the same picture or say nearly the same.

    Returns:
        Each decision's probability of a rejection, and the number of its fold.
    """
    from sklearn.model_selection import StratifiedGroupKFold

    probabilities, folds = np.zeros(len(rejected)), np.zeros(len(rejected), dtype=np.int64)
    parts = StratifiedGroupKFold(FOLDS, shuffle=True, random_state=0).split(features, rejected, group)
    for fold, (train, test) in enumerate(parts):
        if rejected[train].any() and not rejected[train].all():
            probabilities[test] = _predict(_fit(features[train], rejected[train]), features[test])
        else:  # one image has nearly all of one verdict
            probabilities[test] = rejected[train].mean()
        folds[test] = fold
    return probabilities, folds


def area(probabilities: Floats, rejected: Mask, group: Numbers, folds: Numbers) -> tuple[float, tuple[float, float]]:
    """Measures the area under the ROC curve over pairs of one fold, with its 95 % interval.

    Probabilities of two folds are by two models: a fold with more rejections left fewer to learn from, so pairs
    across folds would show less than chance. Decisions of one group are one observation (Obuchowski, 1997,
    https://doi.org/10.2307/2533958).

    Args:
        probabilities: Of a rejection.
        rejected: The verdicts.
        group: Decisions of one group are no independent ones.
        folds: The number of each decision's fold.

    Returns:
        The area and the ends of its interval; 0.5 and (0, 1) where no fold has both verdicts.
    """
    reject, approve = np.flatnonzero(rejected), np.flatnonzero(~rejected)
    is_pair = folds[reject][:, None] == folds[approve][None, :]
    pairs = int(np.count_nonzero(is_pair))
    if not pairs:
        return CHANCE, (0.0, 1.0)
    difference = probabilities[reject][:, None] - probabilities[approve][None, :]
    right = np.where(is_pair, (difference > 0) + 0.5 * (difference == 0), 0.0)
    share = float(right.sum() / pairs)
    surplus = np.where(is_pair, right - share, 0.0)
    influence = np.zeros(int(group.max()) + 1)
    np.add.at(influence, group[reject], surplus.sum(axis=1) / pairs)
    np.add.at(influence, group[approve], surplus.sum(axis=0) / pairs)
    count = len(np.unique(group))
    variance = SHARED_TRAINING * count / (count - 1) * float((influence**2).sum())
    half = student(count - 1) * math.sqrt(variance)
    return share, (max(0.0, share - half), min(1.0, share + half))


def _cuts(held_out: Floats, rejected: Mask, undecided: Mask) -> pl.DataFrame:
    rows = []
    for verdict, sure, right, remaining in (
        ("reject", held_out, rejected, undecided),
        ("approve", 1 - held_out, ~rejected, 1 - undecided),
    ):
        for cut in CUTS:
            covered = sure >= cut
            count, hits = int(covered.sum()), int((right & covered).sum())
            low, high = wilson(hits, count)
            rows.append(
                (verdict, cut, count, hits, hits / count if count else None, low, high, int((remaining >= cut).sum()))
            )
    schema = ["verdict", "cut", "held_out", "right", "precision", "low", "high", "samples"]
    return pl.DataFrame(rows, schema=schema, orient="row")


def _weights(model: tuple[Vectors, float], names: list[str], most: int = 8) -> list[tuple[str, float]]:
    order = np.argsort(-np.abs(model[0]))[:most]
    return [(names[index], float(model[0][index])) for index in order]
