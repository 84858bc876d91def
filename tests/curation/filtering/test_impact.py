"""Who pays for a recipe: shares before and after, largest shifts first, warnings."""

from __future__ import annotations

import numpy as np
from support import small_snapshot

from curation.filtering import impact
from curation.filtering.thresholds import Board
from curation.maps.layouts import Plane
from curation.recipes.recipe import Cut, Recipe


def test_table__a_task_that_a_cut_deletes_comes_first_and_is_warned_of() -> None:
    tasks = ["reading"] * 30 + ["captioning"] * 270
    values = [0.1] * 27 + [0.9] * 273
    snapshot = small_snapshot({"sharpness": values}, tasks=tasks, datasets=["a"] * 150 + ["b"] * 150)
    outcome = Board(snapshot).evaluate(Recipe(cuts=(Cut("sharpness", low=0.5),)))
    found = impact.table(outcome, impact.groupings(snapshot, []))
    first = found.filter(found["by"] == "Task").row(0, named=True)
    assert (first["group"], first["before"], first["after"], first["warn"]) == ("captioning", 270, 270, False)
    reading = found.filter(found["group"] == "reading").row(0, named=True)
    assert (reading["before"], reading["after"], reading["lost"], reading["warn"]) == (30, 3, 0.9, True)
    assert round(reading["shift"], 2) == round(100 * (3 / 273 - 30 / 300), 2)
    assert found["shift"].abs().is_sorted(descending=True)


def test_table__clusters_and_lengths__within_a_part() -> None:
    snapshot = small_snapshot({"response_length": [3, 7, 30, 600]})
    plane = Plane(
        "map_images", "1", 1, np.array([0, 1, 2]), np.zeros(3), np.zeros(3), np.array([0, 0, -1]), {0: "dogs"}
    )
    parted = impact.groupings(snapshot, [("Cluster of images", plane)])
    within = np.array([True, True, True, False])
    outcome = Board(snapshot).evaluate(Recipe(cuts=(Cut("response_length", low=5),)), within=within)
    found = {
        (row["by"], row["group"]): (row["before"], row["after"])
        for row in impact.table(outcome, parted).iter_rows(named=True)
    }
    assert found["Cluster of images", "dogs"] == (2, 1)
    assert found["Cluster of images", "In no cluster"] == (1, 1)
    assert found["Response length", "under 5 words"] == (1, 0)
    assert ("Response length", "500 words and more") not in found
