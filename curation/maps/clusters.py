"""The clusters of a map as data: where each lies, which samples stand for it, and means over it."""

from __future__ import annotations

import polars as pl

from curation.maps.layouts import Plane
from scoring.arrays import Floats, Mask

EACH = 4
EDGE = 0.02


def extents(plane: Plane) -> pl.DataFrame:
    """Per cluster, noise included: cluster, size, centre (cx, cy: medians) and the box of its inner 96 %.

    Largest first, noise last.
    """
    points = pl.DataFrame({"cluster": plane.cluster, "x": plane.x, "y": plane.y})
    edges = {"left": ("x", EDGE), "right": ("x", 1 - EDGE), "low": ("y", EDGE), "high": ("y", 1 - EDGE)}
    return (
        points.group_by("cluster")
        .agg(
            size=pl.len(),
            cx=pl.col("x").median(),
            cy=pl.col("y").median(),
            **{name: pl.col(axis).quantile(quantile, "linear") for name, (axis, quantile) in edges.items()},
        )
        .sort(pl.col("cluster") < 0, -pl.col("size").cast(pl.Int64), "cluster")
    )


def representatives(plane: Plane, among: Mask, each: int = EACH) -> dict[int, list[int]]:
    """Chooses the samples nearest to each cluster's centre in the plane.

    Args:
        plane: The map.
        among: True for each point that may stand for its cluster: those with a picture, say.
        each: At most so many samples per cluster.

    Returns:
        Sample numbers by cluster, the nearest first.
    """
    points = pl.DataFrame(
        {"cluster": plane.cluster, "sample_no": plane.sample_no, "x": plane.x, "y": plane.y, "may": among}
    )
    across = [(pl.col(axis) - pl.col(axis).median().over("cluster")) ** 2 for axis in ("x", "y")]
    nearest = (
        points.with_columns(far=across[0] + across[1])
        .filter("may")
        .sort("far", "sample_no")
        .group_by("cluster", maintain_order=True)
        .agg(pl.col("sample_no").head(each))
    )
    return dict(nearest.iter_rows())


def means(plane: Plane, values: Floats) -> dict[int, float]:
    """Computes the mean of a value in each cluster.

    Args:
        plane: The map.
        values: One per point; NaN does not count.

    Returns:
        Means by cluster; clusters without any value are left out.
    """
    points = pl.DataFrame({"cluster": plane.cluster, "value": values}, nan_to_null=True).drop_nulls()
    return dict(points.group_by("cluster").agg(pl.col("value").cast(pl.Float64).mean()).iter_rows())
