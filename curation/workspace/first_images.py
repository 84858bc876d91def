"""The picture that stands for a sample in lists."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from curation.workspace import cache
from storage import image_files
from storage.store import Store


def of(store: Store, sample_nos: Sequence[int]) -> dict[int, int]:
    """Finds the first good picture of each of a few samples, from memory.

    Args:
        store: The workspace's store.
        sample_nos: The samples.

    Returns:
        image_no by sample_no; samples without a good picture are left out.
    """
    pictures = cache.recall(store, "first images", image_files.first_images)
    positions = np.searchsorted(pictures["sample_no"].to_numpy(), np.asarray(sample_nos, dtype=np.int64))
    near = dict(pictures[np.unique(positions[positions < pictures.height]).tolist()].iter_rows())
    return {sample_no: near[sample_no] for sample_no in sample_nos if sample_no in near}
