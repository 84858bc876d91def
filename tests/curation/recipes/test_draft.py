"""The draft recipe under several hands: changes of other cuts both stay, of the same one is told, undo is one's own."""

from __future__ import annotations

import random
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import pytest

from curation.app.board import with_cut
from curation.recipes import draft
from curation.recipes.recipe import Cut, Limit, Quota, Recipe
from curation.workspace import Workspace

START = Recipe(cuts=(Cut("a", low=0.1), Cut("b", high=0.9)), drop_flags=("empty",), quota=Quota(total=100))


def _change(workspace: Workspace, who: str, seen: Recipe, new: Recipe) -> draft.ChangedDraft:
    return draft.change(workspace, who, [seen], new, START)


def _stored(workspace: Workspace) -> Recipe:
    return draft.read(workspace) or START


def test_change__of_other_cuts_both_stay(workspace: Workspace) -> None:
    _change(workspace, "ann", START, with_cut(START, Cut("a", low=0.2)))
    outcome = _change(workspace, "bob", START, with_cut(START, Cut("b", high=0.8)))
    assert outcome.conflicts == ()
    assert _stored(workspace).cuts == (Cut("a", low=0.2), Cut("b", high=0.8)) == outcome.recipe.cuts


def test_change__of_the_same_cut_is_told_and_the_rest_of_it_is_made(workspace: Workspace) -> None:
    _change(workspace, "ann", START, with_cut(START, Cut("a", low=0.2)))
    wanted = replace(with_cut(START, Cut("a", low=0.3)), seed=7)
    outcome = _change(workspace, "bob", START, wanted)
    assert outcome.conflicts == (draft.Conflict(("cut", "a"), [0.3, None], [0.2, None]),)
    assert (_stored(workspace).cuts[0].low, _stored(workspace).seed) == (0.2, 7)
    mine = draft.with_value(_stored(workspace), ("cut", "a"), [0.3, None])
    assert _change(workspace, "bob", _stored(workspace), mine).conflicts == ()
    assert _stored(workspace).cuts[0].low == 0.3


def test_change__said_again_before_the_answer_came_is_no_conflict_with_itself(workspace: Workspace) -> None:
    first, second = (with_cut(START, Cut("a", low=low)) for low in (0.2, 0.3))
    _change(workspace, "ann", START, first)
    assert draft.change(workspace, "ann", [START, first], second, START).conflicts == ()
    assert _stored(workspace).cuts[0].low == 0.3


def test_undo__takes_ones_own_change_back_and_leaves_those_of_others(workspace: Workspace) -> None:
    _change(workspace, "ann", START, with_cut(START, Cut("a", low=0.2)))
    _change(workspace, "bob", _stored(workspace), replace(_stored(workspace), quota=Quota(total=50)))
    draft.undo(workspace, "ann", START)
    assert (_stored(workspace).cuts[0].low, _stored(workspace).quota.total) == (0.1, 50)
    draft.redo(workspace, "ann", START)
    assert (_stored(workspace).cuts[0].low, _stored(workspace).quota.total) == (0.2, 50)
    draft.undo(workspace, "bob", START)
    assert (_stored(workspace).cuts[0].low, _stored(workspace).quota.total) == (0.2, 100)


def test_undo__of_what_somebody_else_changed_since_is_told(workspace: Workspace) -> None:
    _change(workspace, "ann", START, with_cut(START, Cut("a", low=0.2)))
    _change(workspace, "bob", _stored(workspace), with_cut(_stored(workspace), Cut("a", low=0.5)))
    outcome = draft.undo(workspace, "ann", START)
    assert [one.path for one in outcome.conflicts] == [("cut", "a")]
    assert _stored(workspace).cuts[0].low == 0.5


def test_threads__that_change_a_cut_each_lose_none(workspace: Workspace) -> None:
    names = [f"metric {n}" for n in range(12)]
    before = Recipe()

    def move(name: str) -> None:
        seen = before
        for step in range(5):
            seen = draft.change(workspace, name, [seen], with_cut(seen, Cut(name, low=float(step))), before).recipe

    with ThreadPoolExecutor(12) as pool:
        list(pool.map(move, names))
    assert {cut.metric: cut.low for cut in _stored(workspace).cuts} == dict.fromkeys(names, 4.0)
    assert all(len(draft.history(workspace, name).past) == 5 for name in names)


@pytest.mark.parametrize("seed", range(20))
def test_changes__lead_from_any_recipe_to_any_other(workspace: Workspace, seed: int) -> None:
    draw = random.Random(seed)

    def recipe() -> Recipe:
        metrics, kinds = (draw.sample(list(names), draw.randint(0, 4)) for names in ("abcd", "wxyz"))
        return Recipe(
            cuts=tuple(Cut(one, low=draw.random(), high=draw.choice([None, 2.0])) for one in metrics),
            drop_flags=tuple(kinds),
            seed=draw.randint(0, 3),
            quota=Quota(
                cap=draw.choice([None, 5]),
                caps={"t": 3} if draw.random() < 0.5 else {},
                total=draw.choice([None, 9]),
                axes=tuple(draw.sample(["task", "dataset"], draw.randint(0, 2))),
                limits=tuple(Limit("task", value, at_most=draw.randint(1, 3)) for value in draw.sample("pq", 1)),
                weights={"one": 2.0} if draw.random() < 0.5 else {},
            ),
        )  # fmt: skip

    one, two = recipe(), recipe()
    changed, made, conflicts = draft.apply(one, draft.changes(one, two), lambda *_: True)
    assert conflicts == ()
    assert draft.flat(changed) == draft.flat(two)
    back, _, _ = draft.apply(changed, [draft.Change(c.path, c.after, c.before) for c in made], lambda *_: True)
    assert draft.flat(back) == draft.flat(one)
