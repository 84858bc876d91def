"""Samples that belong together as they show the same picture or say nearly the same."""

from __future__ import annotations

import numpy as np
import polars as pl

from scoring.arrays import Mask, Numbers
from storage import image_files, looks
from storage.store import Store


def by_image(store: Store, within: Mask) -> Numbers:
    """Groups samples that share an image, however many steps lie between them.

    Args:
        store: The workspace's store.
        within: True for the samples that link others, (N,).

    Returns:
        The number of each sample's group, (N,); others stand alone.
    """
    return _connected(image_files.links(store), within)


def by_image_and_duplicates(store: Store, within: Mask) -> Numbers:
    """Groups samples that share an image or are in one group of duplicates, where these were looked for.

    Args:
        store: The workspace's store.
        within: True for the samples that link others, (N,).

    Returns:
        The number of each sample's group, (N,); others stand alone.
    """
    copies = looks.duplicates(store).select("sample_no", content=pl.format("group {}", "group_no"))
    return _connected(pl.concat([image_files.links(store), copies], how="vertical_relaxed"), within)


def _connected(links: pl.DataFrame, within: Mask) -> Numbers:
    """The group of each sample: those that are linked over contents; others stand alone."""
    from scipy import sparse

    links = links.filter(pl.Series(within).gather(links["sample_no"]))
    count = len(within)
    content_nodes = links["content"].rank("dense").to_numpy().astype(np.int64) - 1 + count
    edges = (
        np.ones(len(content_nodes), dtype=np.int8),
        (links["sample_no"].to_numpy().astype(np.int64), content_nodes),
    )
    size = int(content_nodes.max(initial=count - 1)) + 1
    _, labels = sparse.csgraph.connected_components(sparse.coo_matrix(edges, shape=(size, size)), directed=False)
    group_of: Numbers = np.unique(labels[:count], return_inverse=True)[1].astype(np.int64)
    return group_of
