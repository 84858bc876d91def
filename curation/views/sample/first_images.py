"""The picture that stands for a sample in lists."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from curation.app.server import Server
from curation.workspace import cache
from storage import image_files


def of(server: Server, sample_nos: Sequence[int]) -> dict[int, int]:
    """Finds the first good picture of each of a few samples, without a query.

    Args:
        server: Its workspace has the pictures.
        sample_nos: The samples.

    Returns:
        image_no by sample_no; samples without a good picture are left out.
    """
    pictures = cache.recall(server.workspace.store, "first images", image_files.first_images)
    places = np.searchsorted(pictures["sample_no"].to_numpy(), np.asarray(sample_nos, dtype=np.int64))
    near = dict(pictures[np.unique(places[places < pictures.height]).tolist()].iter_rows())
    return {sample_no: near[sample_no] for sample_no in sample_nos if sample_no in near}
