"""Clusters of a map: where they lie, who stands for them, means over them."""

from __future__ import annotations

import numpy as np

from curation.maps import clusters
from curation.maps.layouts import Plane


def _plane() -> Plane:
    """Three points around (0, 0), five around (10, 10) with one far off, two in no cluster."""
    x = [-1, 0, 1, 9, 10, 10, 11, 30, 50, 60]
    y = [0, 0, 0, 10, 10, 9, 10, 10, 0, 0]
    cluster = [1, 1, 1, 0, 0, 0, 0, 0, -1, -1]
    at = np.arange(10, dtype=np.int32) + 100
    return Plane("map_images", "1", 1, at, np.array(x, np.float32), np.array(y, np.float32), np.array(cluster), {})


def test_places__largest_first_noise_last_and_centred_on_the_median() -> None:
    found = clusters.extents(_plane())
    assert found["cluster"].to_list() == [0, 1, -1]
    assert found["size"].to_list() == [5, 3, 2]
    assert found.row(0, named=True)["cx"] == 10.0
    assert 11 < found.row(0, named=True)["right"] < 30


def test_representatives__nearest_to_the_centre_first() -> None:
    found = clusters.representatives(_plane(), np.ones(10, dtype=bool), each=2)
    assert found[0] == [104, 103]
    assert found[1] == [101, 100]


def test_representatives__only_those_that_may() -> None:
    among = np.ones(10, dtype=bool)
    among[[3, 4, 0, 1, 2]] = False
    found = clusters.representatives(_plane(), among, each=2)
    assert found[0] == [105, 106]
    assert 1 not in found


def test_means__without_what_has_no_value() -> None:
    values = np.array([1, np.nan, 3, 2, 2, 2, 2, 7, np.nan, np.nan])
    assert clusters.means(_plane(), values) == {0: 3.0, 1: 2.0}
