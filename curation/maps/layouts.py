"""Maps in memory: each stage's newest layout as arrays, read again only when a run brought another."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from curation.workspace import Workspace, cache, metric_settings
from scoring.arrays import Numbers, Vectors
from storage import projection
from storage.store import Store

MAPS: Mapping[str, str] = {"map_images": "Images", "map_instructions": "Instructions", "map_responses": "Responses"}
"""The stages that draw maps, and what each lays out."""

NOISE = -1


@dataclass(frozen=True, eq=False)
class Plane:
    """One layout: sample_no (ascending), x, y (float32) and cluster (NOISE for none), one entry per sample on it."""

    stage: str
    version: str
    run_no: int
    sample_no: Numbers
    x: Vectors
    y: Vectors
    cluster: Numbers
    names: Mapping[int, str]

    @property
    def count(self) -> int:
        """How many samples lie on it."""
        return len(self.sample_no)

    @property
    def bounds(self) -> tuple[float, float, float, float]:
        """Left, bottom, right, top of all points; a little room where they are one point."""
        if not self.count:
            return -1.0, -1.0, 1.0, 1.0
        left, right, low, high = (float(edge(of)) for of in (self.x, self.y) for edge in (np.min, np.max))
        room = 0.5 if math.isclose(left, right) and math.isclose(low, high) else 0.0
        return left - room, low - room, right + room, high + room

    def name(self, cluster: int) -> str:
        """The cluster in words."""
        return "In no cluster" if cluster == NOISE else self.names.get(cluster, f"cluster {cluster}")


def plane(workspace: Workspace, stage: str) -> Plane | None:
    """Reads the newest layout of a stage as it is set up now.

    Args:
        workspace: Open workspace.
        stage: A key of MAPS.

    Returns:
        The map; None while there is none or for no such stage.
    """
    if stage not in MAPS:
        return None
    version = metric_settings.columns(workspace)[stage].version
    return cache.recall(workspace.store, f"plane {stage} {version}", lambda store: _read(store, stage, version))


def _read(store: Store, stage: str, version: str) -> Plane | None:
    rows = projection.newest(store, stage, version)
    if rows.is_empty():
        return None
    run_no = int(rows["run_no"][0])
    return Plane(
        stage=stage,
        version=version,
        run_no=run_no,
        sample_no=rows["sample_no"].to_numpy(),
        x=rows["x"].to_numpy(),
        y=rows["y"].to_numpy(),
        cluster=rows["cluster"].to_numpy(),
        names=projection.names(store, stage, version, run_no),
    )
