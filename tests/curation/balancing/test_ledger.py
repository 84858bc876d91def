"""Every sample has one cause, and the causes add up; floors that cannot be met say what to relax."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from support import row, score_all

from curation.balancing import export_plan, ledger, relaxations
from curation.balancing.export_plan import ExportPlan
from curation.decisions import decision_log
from curation.filtering.snapshot import build
from curation.filtering.thresholds import Board, standing_verdicts
from curation.importing.importer import import_file
from curation.recipes import quotas
from curation.recipes.recipe import Cut, Limit, Quota, Recipe
from curation.workspace import Workspace

Write = Callable[..., Path]


@pytest.fixture
def scored(workspace: Workspace, llava: Write, photo: Write) -> Workspace:
    """Ten captions of two to eleven words, five questions with a short answer, one empty answer."""
    photo("a.png")
    rows = [row("Describe the scene in one sentence.", "word " * n + "end.", image="a.png") for n in range(1, 11)]
    rows += [row(f"Is there a dog in picture {n}?", f"No, none {n}.", image="a.png") for n in range(5)]
    rows.append(row("Describe it in one sentence.", "", image="a.png"))
    import_file(workspace, llava(rows))
    score_all(workspace, "task", "response_length")
    return workspace


def _plan(workspace: Workspace, **parts: object) -> ExportPlan:
    snapshot = build(workspace)
    recipe = Recipe(drop_flags=("empty_response",), decisions=standing_verdicts(snapshot))
    return export_plan.make_plan(workspace, replace(recipe, **parts), Board(snapshot))


def test_ledger__counts_add_up_and_every_sample_has_its_first_cause(scored: Workspace) -> None:
    keys = build(scored).samples["key"].to_list()
    decision_log.decide(scored, "ann", "sample", keys[0], "reject")
    decision_log.decide(scored, "ann", "sample", keys[1], "approve")
    cut = Cut("response_length", low=4.0)
    planned = _plan(scored, cuts=(cut,), quota=Quota(total=5))
    found = ledger.ledger(planned)
    table = ledger.by_cause(found)
    assert table["samples"].sum() == 16 == found.counts.sum()
    assert table.row(0) == ("out", "", "goes out", planned.size)
    counts = {(kind, title): n for kind, _, title, n in table.rows()}
    assert counts["person", "rejected by a person"] == 1
    assert counts["flag", "empty response"] == 1
    assert counts["quota", "over the total of 5"] == int(planned.among.sum()) - 5
    assert found.causes[found.codes[0]].title == "rejected by a person"
    assert ledger.reasons(planned, found, 0) == ("rejected by a person", "Response length")  # it is too short as well
    assert found.codes[1] == ledger.OUT  # too short, but approved
    assert np.array_equal(found.codes == ledger.OUT, planned.selected)


def test_ledger__names_the_quota_that_is_full(scored: Workspace) -> None:
    planned = _plan(scored, quota=Quota(caps={"captioning": 3}))
    found = ledger.ledger(planned)
    over = [title for kind, _, title, _ in ledger.by_cause(found).rows() if kind == "quota"]
    assert over == ["over the quota of captioning"]
    members = ledger.matching(planned, found, out=False, cause=over[0])
    assert members.sum() == 7
    assert not ledger.matching(planned, found, out=False, cause=over[0], task="object existence").any()
    assert ledger.matching(planned, found, out=True, dataset="set").sum() == planned.size
    assert ledger.matching(planned, found, out=True, dataset="no such set").sum() == 0


def test_some__other_seeds_give_other_samples_and_the_same_seed_the_same(scored: Workspace) -> None:
    planned = _plan(scored)
    members = np.ones(16, dtype=bool)
    first = ledger.some(planned, members, 4, 0).tolist()
    assert len(first) == 4
    assert first == ledger.some(planned, members, 4, 0).tolist()
    assert any(first != ledger.some(planned, members, 4, seed).tolist() for seed in (1, 2))
    assert sorted(ledger.some(planned, members, 99, 0).tolist()) == list(range(16))


def test_advice__too_few_pass__lower_the_floor_or_look_at_the_filter(scored: Workspace) -> None:
    limit = Limit("task", "captioning", at_least=9)
    planned = _plan(scored, cuts=(Cut("response_length", low=6.0),), quota=Quota(limits=(limit,)))
    unmet = planned.allotment.unmet[0]
    code = planned.outcome.snapshot.tasks.index("captioning")
    found = relaxations.advice(planned, unmet, planned.outcome.snapshot.task_codes == code)
    assert found.sentence == f"Only {unmet.available} samples of captioning pass the filters, 9 wanted."
    assert found.steps[0].words == f"Lower the floor of captioning to {unmet.available}"
    assert found.steps[0].recipe is not None
    assert _plan(scored, cuts=planned.recipe.cuts, quota=found.steps[0].recipe.quota).allotment.unmet == ()
    last = found.steps[-1]
    assert last.words.startswith("Response length alone removes ")
    assert last.look_at is not None
    assert last.look_at.name == "response_length"


def test_advice__other_rules_are_in_the_way__each_is_raised_by_its_step(scored: Workspace) -> None:
    quota = Quota(total=4, caps={"captioning": 8}, limits=(Limit("task", "captioning", at_least=6),))
    planned = _plan(scored, quota=quota)
    found = relaxations.advice(planned, planned.allotment.unmet[0], np.ones(16, dtype=bool))
    assert found.sentence == "6 of captioning are wanted and 10 pass the filters, but other rules leave room for 4."
    words = [step.words for step in found.steps]
    assert words == ["Lower the floor of captioning to 4", "Raise the total from 4 to 6"]
    for step in found.steps:
        assert step.recipe is not None
        assert _plan(scored, quota=step.recipe.quota).allotment.unmet == ()


def test_quotas__a_single_value_overrides_every_value_and_undoes_it_with_none() -> None:
    quota = quotas.with_floor(Quota(axes=("dataset",)), "dataset", "", 10)
    quota = quotas.with_floor(quota, "dataset", "coco", 0)
    assert quotas.bounds(quota, "dataset", "coco") == (0, None)
    assert quotas.bounds(quota, "dataset") == (10, None)
    assert quotas.with_floor(quota, "dataset", "coco", None) == Quota(
        axes=("dataset",), limits=(Limit("dataset", "", at_least=10),)
    )


def test_quotas__an_axis_that_goes_takes_its_rules_along() -> None:
    quota = quotas.with_cap(quotas.with_cap(Quota(axes=("task", "dataset")), "task", "counting", 5), "dataset", "", 7)
    assert quotas.with_axes(quota, ("dataset",)).caps == {}
    assert quotas.with_axes(quota, ("task",)).limits == ()
    assert quotas.with_axes(quota, ()).axes == ("task",)
