"""Acts on datasets, at once with each other and with imports, runs, exports and decisions: nothing lost or doubled."""

from __future__ import annotations

import contextlib
import itertools
import threading
from collections.abc import Callable
from pathlib import Path

import pytest
from support import row, score_all

from curation.balancing import export_plan
from curation.checks import checking
from curation.decisions import decision_log
from curation.exporting import export
from curation.exporting.export_folder import ExportError
from curation.filtering.snapshot import build
from curation.filtering.thresholds import Board
from curation.importing.importer import import_file
from curation.maintenance import regrouping, reimporting, relinking, removing, renaming
from curation.recipes.recipe import Recipe
from curation.runs.scoring_run import ScoringRun, missing_now
from curation.workspace import Workspace, score_columns
from storage import datasets, samples, scores

Write = Callable[..., Path]
ROWS = 40


class _Acts:
    """What people do at once, each a few times, each with a dataset of its own."""

    def __init__(self, workspace: Workspace, folder: Path, llava: Write) -> None:
        self.workspace, self.folder, self.llava = workspace, folder, llava
        self.numbers = itertools.count(1)
        self.added = 0

    def deletes(self) -> None:
        for _ in range(2):
            removing.delete(self.workspace, "deleted", who="ann")
            removing.restore(self.workspace, "deleted", who="ann")

    def renames(self) -> None:
        for old, new in (("renamed", "other"), ("other", "renamed")):
            renaming.rename(self.workspace, old, new, who="ann")

    def relinks(self) -> None:
        for _ in range(2):
            assert relinking.relink(self.workspace, "linked", self.folder / "images", who="ann").complete

    def reimports(self) -> None:
        rows = _rows("corrected")
        for newer in ([*rows[1:], _rows("longer")[0] | {"id": "new"}], rows):
            path = self.llava(newer, f"newer{next(self.numbers)}.json")
            report = reimporting.reimport(self.workspace, "corrected", path, who="ann")
            assert (report.unchanged, report.new, report.gone) == (ROWS - 1, 1, 1)

    def regroups(self) -> None:
        for _ in range(2):
            regrouping.split(self.workspace, "regrouped", "part", who="ann", ids=["1", "2"])
            regrouping.merge(self.workspace, "regrouped", "part", who="ann")

    def compacts(self) -> None:
        for _ in range(2):
            removing.compact(self.workspace, "thrown-away", who="ann") if next(self.numbers) == 1 else None

    def imports(self) -> None:
        name = f"new{next(self.numbers)}"
        import_file(self.workspace, self.llava(_rows(name), f"{name}.json"))
        self.added += ROWS

    def scoring(self) -> None:
        run = ScoringRun(self.workspace, score_columns.named(("response_length",)), jobs=1)
        while not run.ended:
            run.step()
            threading.Event().wait(0.02)

    def exports(self) -> None:
        for _ in range(2):
            snapshot = build(self.workspace)
            whole = export_plan.complete_recipe(self.workspace, snapshot, Recipe("all"))
            with contextlib.suppress(ExportError):  # a dataset was deleted meanwhile: the user starts it again
                plan = export_plan.make_plan(self.workspace, whole, Board(snapshot))
                out = self.folder / f"out{next(self.numbers)}"
                manifest = export.write(self.workspace, plan, out, approved=False)
                assert manifest["samples"] == snapshot.count

    def decides(self) -> None:
        for key in samples.listing(self.workspace.store)["key"].to_list()[:10]:
            decision_log.decide(self.workspace, "ann", "sample", key, "approve")


def _rows(name: str, images: bool = False) -> list[dict[str, object]]:
    return [
        row(f"What is {name} {n}?", f"It is {name} {n}.", image=f"{n % 4}.png" if images else None, id=str(n))
        for n in range(ROWS)
    ]


ACTS = ("deletes", "renames", "relinks", "reimports", "regroups", "compacts")
DATASETS = ("deleted", "renamed", "linked", "corrected", "regrouped")
OTHERS = ("imports", "scoring", "exports", "decides")


@pytest.mark.parametrize(("first", "second"), [*itertools.combinations(ACTS[:5], 2), *itertools.product(ACTS, OTHERS)])
def test_any_two_at_once__nothing_is_lost_or_doubled(
    workspace: Workspace, llava: Write, photo: Write, tmp_path: Path, first: str, second: str
) -> None:
    for number in range(4):
        photo(f"{number}.png", seed=number)
    for name in (*DATASETS, "thrown-away"):
        import_file(workspace, llava(_rows(name, images=name == "linked"), f"{name}.json"))
    removing.delete(workspace, "thrown-away", who="ann")
    acts = _Acts(workspace, tmp_path, llava)
    barrier, raised = threading.Barrier(2), []

    def perform(act: Callable[[], None]) -> None:
        barrier.wait()
        try:
            act()
        except BaseException as error:
            raised.append(error)

    threads = [threading.Thread(target=perform, args=(getattr(acts, name),)) for name in (first, second)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert raised == []
    assert datasets.totals(workspace.store)["samples"] == len(DATASETS) * ROWS + acts.added
    assert checking.find(workspace, thorough=True) == ()
    columns = score_columns.named(["response_length"])
    if "scoring" not in (first, second):  # every sample is there to be scored, once
        assert len(missing_now(workspace, columns)["response_length"]) == len(DATASETS) * ROWS + acts.added
        return
    score_all(workspace, "response_length")
    assert scores.flat(workspace.store, "response_length").height == len(DATASETS) * ROWS + acts.added
