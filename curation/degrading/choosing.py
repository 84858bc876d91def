"""Chooses sets of equal size whose pictures are plain, of fewer kinds, or simpler, as Li et al., TMLR 2024, Table 4.

The paper says what it changed ("adjusted the number of clusters and objects", "a predetermined visual semantic
complexity threshold") and not how; what is done here is ours and said of each set.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import polars as pl

from curation.balancing import sampling
from curation.common.counts import counted
from curation.common.errors import WinnowError
from curation.filtering.snapshot import Snapshot
from curation.reporting.comparison import SetComparison
from curation.workspace import Workspace
from scoring import registry
from scoring.arrays import Floats, Mask, Numbers, Vectors
from scoring.indicator import first_embedded
from storage import indicators

ORIGINAL, READABILITY, DIVERSITY, COMPLEXITY = "original", "readability", "diversity", "complexity"
LEAST = 20
"""Samples with a picture below which no sets are made."""
CLUSTERS, PER_CLUSTER = 40, 10
"""Clusters of pictures, at most, and samples of each in the mean, at least."""
WITHIN = 1.5
"""The samples of fewer kinds are chosen among so many times as many, of the largest clusters."""


class DegradeError(WinnowError):
    """The sets cannot be made; the message says why."""


@dataclass(frozen=True, eq=False)
class ChosenSet:
    """Samples under a name; `how` says how they were chosen, or, without samples, why they could not be."""

    name: str
    members: Mask
    how: str

    @property
    def size(self) -> int:
        """Number of samples; 0 for a set that could not be made."""
        return int(np.count_nonzero(self.members))


def choose(
    workspace: Workspace, snapshot: Snapshot, among: Mask, size: int | None = None, seed: int = 0
) -> list[ChosenSet]:
    """Chooses the original set, the same for distorted pictures, one of fewer kinds and one of simpler pictures.

    Args:
        workspace: Open workspace.
        snapshot: The samples.
        among: True for those to choose from; those without a picture that can be shown are left out.
        size: Samples of each set; None for half of those with a picture.
        seed: Of every draw.

    Returns:
        The four sets in the order of Table 4.

    Raises:
        DegradeError: There are too few samples with pictures.
    """
    pictures = indicators.images(workspace.store).filter(pl.col("sample_no").is_in(np.flatnonzero(among)))
    with_picture = np.zeros(snapshot.count, dtype=bool)
    with_picture[pictures["sample_no"].to_numpy()] = True
    available = int(np.count_nonzero(with_picture))
    size = available // 2 if size is None else size
    if available < LEAST or not 0 < size <= available:
        raise DegradeError(
            f"{counted(available, 'sample', 'has', 'have')} a picture that can be shown; sets of {size:,} cannot be "
            f"made of them (at least {LEAST} are needed)."
        )
    rank = np.argsort(np.argsort(sampling.draw(sampling.identities_of(snapshot.samples), seed), kind="stable"))
    drawn = _first(np.flatnonzero(with_picture), (rank,), size)
    return [
        ChosenSet(
            ORIGINAL, _mask(snapshot, drawn), f"{counted(size, 'sample')} drawn by chance, their pictures as they are"
        ),
        ChosenSet(READABILITY, _mask(snapshot, drawn), "the samples of the original set, their pictures distorted"),
        _fewer_kinds(workspace, snapshot, pictures, with_picture, rank, size, seed),
        _simpler(snapshot, with_picture, rank, size),
    ]


def _fewer_kinds(
    workspace: Workspace, snapshot: Snapshot, pictures: pl.DataFrame, with_picture: Mask, rank: Numbers, size: int,
    seed: int,
) -> ChosenSet:  # fmt: skip
    """Those of the largest clusters of pictures that show the fewest kinds of annotated objects."""
    comparison = SetComparison(workspace, snapshot, (with_picture,))
    declared = registry.indicators()["visual_diversity"]
    feature = first_embedded(declared, comparison.drawn(with_picture).subset())
    if feature is None:
        names = ", ".join(declared.needs_vectors)
        return ChosenSet(DIVERSITY, _mask(snapshot, []), f"not made: no vectors of pictures; score one of {names}")
    version = snapshot.columns[feature].version
    firsts = pictures.unique("sample_no", keep="first", maintain_order=True)
    stored = indicators.vectors(workspace.store, feature, version, firsts["image_no"].unique().to_list())
    rows = firsts.select("sample_no", subject_no=pl.col("image_no").cast(pl.Int32)).join(stored, on="subject_no")
    numbers = rows["sample_no"].to_numpy()
    clusters = _clusters(np.array(rows["vector"].to_list(), dtype=np.float32), seed)
    largest_first = np.argsort(-np.bincount(clusters), kind="stable")
    sizes = np.bincount(clusters)[largest_first].cumsum()
    largest = largest_first[: int(np.searchsorted(sizes, min(WITHIN * size, len(numbers)))) + 1]
    candidates = numbers[np.isin(clusters, largest)]
    kinds = _kinds(comparison.annotated, pictures, snapshot.count)
    annotated = bool(np.isfinite(kinds[candidates]).any())
    of_what = "with the fewest kinds of annotated objects" if annotated else "(no annotations say which objects)"
    return ChosenSet(
        DIVERSITY,
        _mask(snapshot, _first(candidates, (np.nan_to_num(kinds, nan=np.inf), rank), size)),
        f"{counted(size, 'sample')} {of_what} from {len(largest):,} of {counted(len(sizes), 'cluster')} of pictures, "
        "the largest",
    )


def _simpler(snapshot: Snapshot, with_picture: Mask, rank: Numbers, size: int) -> ChosenSet:
    """Those with the least complex pictures."""
    names = registry.indicators()["visual_complexity"].needs_metrics
    for name in names:
        means = snapshot.values[name].mean if name in snapshot.values else np.full(snapshot.count, np.nan)
        candidates = np.flatnonzero(with_picture & ~np.isnan(means))
        if len(candidates) >= size:
            lowest = _first(candidates, (means, rank), size)
            edge = float(means[lowest].max())
            how = f"{counted(size, 'sample')} whose pictures have the least {name}, at most {edge:.4g}"
            return ChosenSet(COMPLEXITY, _mask(snapshot, lowest), how)
    return ChosenSet(
        COMPLEXITY, _mask(snapshot, []), f"not made: too few samples have a value; score one of {', '.join(names)}"
    )


def _clusters(vectors: Vectors, seed: int) -> Numbers:
    """The cluster of each vector by k-means."""
    from sklearn.cluster import MiniBatchKMeans

    count = max(1, min(CLUSTERS, len(vectors) // PER_CLUSTER))
    labels: Numbers = MiniBatchKMeans(count, random_state=seed, n_init=3).fit_predict(vectors)
    return labels


def _kinds(annotated: pl.DataFrame, pictures: pl.DataFrame, count: int) -> Floats:
    """Kinds of annotated objects per picture of each sample, in the mean; NaN without annotations."""
    means = pictures.join(annotated, on="image_no").group_by("sample_no").agg(pl.col("kinds").mean())
    kinds = np.full(count, np.nan)
    kinds[means["sample_no"].to_numpy()] = means["kinds"].to_numpy()
    return kinds


def _first(numbers: Numbers, keys: tuple[Floats | Numbers, ...], size: int) -> Numbers:
    """The samples that come first by the keys, the most important one first."""
    order = np.lexsort([key[numbers] for key in reversed(keys)])
    return numbers[order[:size]]


def _mask(snapshot: Snapshot, numbers: Numbers | list[int]) -> Mask:
    members = np.zeros(snapshot.count, dtype=bool)
    members[numbers] = True
    return members
