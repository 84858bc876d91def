"""Which pictures look alike: a place on the map of images and a named cluster for every sample.

The value is the cluster's number, 0 for the largest, -1 for samples in no cluster; the label its name. From
the vectors named by `vectors`: the built-in ones, or clip_image for CLIP's. See `scoring.mapping` for
the method.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from scoring import mapping, maps
from scoring.image import picture_net
from scoring.json_types import Params
from scoring.metric import Stage
from scoring.stage import StageResult

STAGE = Stage(
    name="map_images",
    version="2",
    title="Map of images",
    principle="visual diversity",
    unit="cluster",
    range=(-1.0, None),
    bad_when="never",
    labels=True,
    on_demand=True,
    params={"vectors": "image_content", **mapping.PARAMS},
    machine_params=lambda: {} if picture_net.available() else {"vectors": "image_descriptor"},
)


def run(work: Path, params: Params, progress: Callable[[float], None]) -> StageResult:
    """Draws the map of all samples of the work list.

    Args:
        work: The work list.
        params: Those of STAGE.
        progress: Called with shares from 0 to 1.

    Returns:
        A cluster and a point for each sample that has a vector.
    """
    return maps.run(work.parent, work, "images", params, progress)
