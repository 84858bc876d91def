"""Which responses speak of similar things: a place on the map of responses and a named cluster for every sample.

The value is the cluster's number, 0 for the largest, -1 for samples in no cluster; the label its name. From
the vectors named by `vectors`: the built-in ones, or response_vector for a sentence encoder's.
See `scoring.mapping` for the method.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from scoring import mapping, maps
from scoring.json_types import Params
from scoring.metric import Stage
from scoring.stage import StageResult
from scoring.text import word_vectors

STAGE = Stage(
    name="map_responses",
    version="2",
    title="Map of responses",
    principle="response diversity",
    unit="cluster",
    range=(-1.0, None),
    bad_when="never",
    labels=True,
    on_demand=True,
    params={"vectors": "response_meaning", **mapping.PARAMS},
    machine_params=lambda: {} if word_vectors.available() else {"vectors": "response_words"},
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
    return maps.run(work.parent, work, "responses", params, progress)
