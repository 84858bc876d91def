"""What pages remember keeps no earlier moment of the workspace alive: with decisions, snapshots would add up."""

from __future__ import annotations

import gc

from support import lay_out, pages

from curation.decisions import decision_log
from curation.filtering.snapshot import Snapshot

PLACES, CLUSTERS, NAMES = [(float(n), 0.0) for n in range(6)], [0, 0, 0, 1, 1, -1], {0: "dog", 1: "street"}
PAGES = pages()


def _snapshots() -> int:
    gc.collect()
    return sum(type(each) is Snapshot for each in gc.get_objects())  # isinstance would ask lazy objects of libraries


def test_pages__between_decisions__remember_the_present_snapshot_and_one_each_of_export_and_report(
    filled, visit
) -> None:
    lay_out(filled.workspace, "map_images", PLACES, CLUSTERS, NAMES)
    before = _snapshots()
    words = ["dog", "cup", "cat", "street", "table", "two"]
    for number, word in enumerate(words):
        decision_log.decide(filled.workspace, "ann", "sample", f"tiny/{number}", "approve")
        for page in PAGES if number % 3 == 0 else ("map", "thresholds"):
            visit(page, words=word)
    assert _snapshots() - before <= 3
