"""Lays vectors out on a plane and finds clusters there; shared by the stages that draw maps.

PCA, then UMAP to two dimensions (McInnes et al., 2018, https://arxiv.org/abs/1802.03426), then HDBSCAN on
the plane (https://joss.theoj.org/papers/10.21105/joss.00205): on few principal components HDBSCAN finds
next to nothing. Beyond `fit_on` vectors, the plane is fitted on a seeded sample and the rest is placed between
its nearest neighbours there, which keeps a million samples within minutes.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass

import numpy as np

from scoring.arrays import Numbers, Vectors
from scoring.json_types import Params
from scoring.text import content

PARAMS: Params = {"fit_on": 50_000, "neighbours": 15, "min_cluster": 0, "seed": 0}
COMPONENTS = 50
PLACE_CHUNK = 20_000
PLACE_NEIGHBOURS = 5
NAME_WORDS = 3
SHARED = 0.1
"""Share of a cluster's texts that a word of its name is in."""
MIXED = "mixed"


@dataclass(frozen=True)
class Layout:
    """Coordinates (N, 2) and cluster numbers (N,), -1 where a point is in no cluster; 0 is the largest."""

    coordinates: Vectors
    clusters: Numbers


def lay_out(vectors: Vectors, params: Params, progress: Callable[[float], None]) -> Layout:
    """Lays vectors out on a plane and finds clusters there.

    Args:
        vectors: (N, D).
        params: As PARAMS.
        progress: Called with shares from 0 to 1.

    Returns:
        Coordinates and clusters; all points at the origin for fewer than 4 vectors.
    """
    if len(vectors) < 4:
        return Layout(np.zeros((len(vectors), 2), dtype=np.float32), np.full(len(vectors), -1))
    draw = np.random.default_rng(params["seed"])
    count = min(len(vectors), int(params["fit_on"]))
    fit_indices = np.sort(draw.choice(len(vectors), count, replace=False))
    reduce = _components(vectors[fit_indices])
    reduced = reduce(vectors[fit_indices])
    progress(0.1)
    coordinates = _umap(reduced, params)
    progress(0.7)
    clusters = _clusters(coordinates, int(params["min_cluster"]) or max(5, count // 200))
    progress(0.75)
    if count == len(vectors):
        return Layout(coordinates, clusters)
    return _place_rest(vectors, fit_indices, reduce, reduced, Layout(coordinates, clusters), progress)


def name_clusters(texts: Iterable[tuple[int, str]]) -> dict[int, str]:
    """A name per cluster: the words that many of its texts share and few of the others' have.

    A word counts once in a text; it has to be in SHARED of the cluster's texts, so that what one of them says names
    nobody, and weighs its share there times the logarithm of how much larger that is than its share in all texts.

    Args:
        texts: (cluster, text) pairs; -1 is not named.

    Returns:
        Up to NAME_WORDS words each; MIXED where no word is shared.
    """
    counts_by_cluster: dict[int, Counter[str]] = defaultdict(Counter)
    sizes: Counter[int] = Counter()
    for cluster, text in texts:
        counts_by_cluster[cluster].update(set(content.content_words(text)))
        sizes[cluster] += 1
    everywhere: Counter[str] = Counter()
    for counts in counts_by_cluster.values():
        everywhere.update(counts)
    shares = {word: count / sizes.total() for word, count in everywhere.items()}
    return {
        cluster: ", ".join(_telling(counts, sizes[cluster], shares)) or MIXED
        for cluster, counts in counts_by_cluster.items()
        if cluster >= 0
    }


def _telling(counts: Counter[str], size: int, shares: Mapping[str, float]) -> list[str]:
    least = max(SHARED * size, min(2, size))
    weight = {
        word: count / size * np.log2(1 + count / size / shares[word])
        for word, count in counts.items()
        if count >= least
    }
    return sorted(weight, key=lambda word: (-weight[word], word))[:NAME_WORDS]


def _components(fitted: Vectors) -> Callable[[Vectors], Vectors]:
    from sklearn.decomposition import PCA

    size = min(COMPONENTS, *fitted.shape)
    pca = PCA(size, random_state=0).fit(fitted[: 20 * PLACE_CHUNK])
    return lambda vectors: pca.transform(vectors).astype(np.float32)


def _umap(reduced: Vectors, params: Params) -> Vectors:
    import warnings

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # a seed costs parallelism, and that is wanted: the same map every time
        import umap

        neighbours = min(int(params["neighbours"]), len(reduced) - 1)
        start = "random" if len(reduced) < 20 else "spectral"
        mapper = umap.UMAP(n_neighbors=neighbours, min_dist=0.05, init=start, random_state=int(params["seed"]))
        return np.asarray(mapper.fit_transform(reduced), dtype=np.float32)


def _clusters(coordinates: Vectors, smallest: int) -> Numbers:
    import warnings

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        import hdbscan

        labels = hdbscan.HDBSCAN(min_cluster_size=max(2, min(smallest, len(coordinates) // 2))).fit_predict(coordinates)
    sizes = Counter(labels[labels >= 0].tolist())
    order = {label: rank for rank, (label, _) in enumerate(sizes.most_common())}
    return np.array([order.get(label, -1) for label in labels.tolist()])


def _place_rest(
    vectors: Vectors,
    fit_indices: Numbers,
    reduce: Callable[[Vectors], Vectors],
    reduced: Vectors,
    fitted: Layout,
    progress: Callable[[float], None],
) -> Layout:
    """Everything else between its nearest fitted neighbours, nearer ones counting more; in the nearest's cluster."""
    from pynndescent import NNDescent

    index = NNDescent(reduced, n_neighbors=15, random_state=0)
    coordinates = np.empty((len(vectors), 2), dtype=np.float32)
    clusters = np.empty(len(vectors), dtype=np.int64)
    for start in range(0, len(vectors), PLACE_CHUNK):
        part = slice(start, start + PLACE_CHUNK)
        near, distance = index.query(reduce(vectors[part]), k=PLACE_NEIGHBOURS)
        weight = 1.0 / (distance + 1e-6)
        weight /= weight.sum(axis=1, keepdims=True)
        coordinates[part] = (fitted.coordinates[near] * weight[..., None]).sum(axis=1)
        clusters[part] = fitted.clusters[near[:, 0]]
        progress(0.75 + 0.25 * min(1.0, start / len(vectors)))
    coordinates[fit_indices], clusters[fit_indices] = fitted.coordinates, fitted.clusters
    return Layout(coordinates, clusters)
