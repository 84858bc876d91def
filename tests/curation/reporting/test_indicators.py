"""Indicators of sets in a workspace: equal draws, kept values, and the COCO set end to end."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from types import ModuleType

import numpy as np
import polars as pl
import pytest
from support import row, score_all

from curation.filtering.snapshot import Snapshot, build
from curation.importing.importer import import_file
from curation.importing.options import ImportOptions
from curation.reporting import indicators, report
from curation.reporting.comparison import DrawSizes, SetComparison
from curation.reporting.indicators import LATER, IndicatorResult
from curation.workspace import Workspace, open_workspace
from scoring import registry
from storage import scores

Write = Callable[..., Path]
SHARED = Path(__file__).resolve().parents[3].parent / "shared" / "data" / "coco_vlit"
HEAVY = {name for name, indicator in registry.indicators().items() if indicator.heavy}
THINGS = "apple bridge candle dragon engine flower guitar hammer island jacket".split()


@pytest.fixture
def scored(workspace: Workspace, llava: Write, photo: Write) -> Workspace:
    """Twenty captions of ten pictures and ten yes-or-no questions, scored without models."""
    for number in range(10):
        photo(f"{number}.png", seed=number)
    rows = [
        row(
            "Describe the image in one sentence.",
            f"A {THINGS[n % 10]} beside a {THINGS[n // 2]}.",
            image=f"{n % 10}.png",
        )
        for n in range(20)
    ]
    rows += [row(f"Is there a {thing} in the image?", "No.", image="0.png") for thing in THINGS]
    import_file(workspace, llava(rows))
    score_all(workspace, "task", "text_readability", "image_readability", "response_words", "image_descriptor")
    return workspace


@pytest.fixture
def computed(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Names of the heavy indicators that are computed, as it happens."""
    seen: list[str] = []

    def watched(module: ModuleType) -> Callable:
        original = module.compute

        def compute(subset: object, params: object) -> object:
            seen.append(module.INDICATOR.name)
            return original(subset, params)

        return compute

    for name, module in registry.indicator_modules().items():
        if name in HEAVY:
            monkeypatch.setattr(module, "compute", watched(module))
    return seen


def _first(snapshot: Snapshot, count: int) -> np.ndarray:
    return np.arange(snapshot.count) < count


def _by_name(results: list[IndicatorResult]) -> dict[str, IndicatorResult]:
    return {one.indicator.name: one for one in results}


def test_of_subset__the_same_twice__is_computed_once(scored: Workspace, computed: list[str]) -> None:
    snapshot = build(scored)
    first = indicators.of_subset(scored, snapshot, _first(snapshot, 15))
    assert set(computed) == HEAVY
    assert any(result.outcome.low is not None for result in first)
    computed.clear()
    assert indicators.of_subset(scored, build(scored), _first(snapshot, 15)) == first
    assert not computed
    indicators.of_subset(scored, snapshot, _first(snapshot, 14))
    assert set(computed) == HEAVY


def test_of_subset__new_scores__only_what_hangs_on_them_is_computed(scored: Workspace, computed: list[str]) -> None:
    snapshot = build(scored)
    indicators.of_subset(scored, snapshot, _first(snapshot, 15))
    computed.clear()
    version = snapshot.columns["task"].version
    again = {
        "subject": "turn",
        "subject_no": 0,
        "metric": "task",
        "version": version,
        "value": None,
        "label": "reading",
    }
    with scored.store.transaction("scores") as cursor:
        scores.append(cursor, pl.DataFrame([again | {"error": None, "run_no": 99}], infer_schema_length=None))
    indicators.of_subset(scored, build(scored), _first(snapshot, 15))
    assert set(computed) == {"instruction_diversity", "instruction_diversity_louvain"}


def test_of_subset__not_heavy__shows_what_is_known_and_computes_nothing(scored: Workspace, computed: list[str]) -> None:
    snapshot = build(scored)
    chosen = _first(snapshot, 15)
    before = _by_name(indicators.of_subset(scored, snapshot, chosen, heavy=False))
    assert {name for name, one in before.items() if one.outcome == LATER} == HEAVY
    assert before["task_count"].outcome.value == 1
    assert computed == []
    known = indicators.of_subset(scored, snapshot, chosen)
    assert indicators.of_subset(scored, snapshot, chosen, heavy=False) == known


def test_compare__computed_once_with_intervals__is_known_to_those_who_ask_for_none(scored: Workspace) -> None:
    snapshot = build(scored)
    sets = [_first(snapshot, 30), _first(snapshot, 15)]
    with_intervals = indicators.compare(scored, snapshot, sets)
    without = indicators.compare(scored, snapshot, sets, heavy=False, intervals=False)
    heavy = [[result for result in results if result.indicator.heavy] for results in (*with_intervals, *without)]
    assert heavy[:2] == heavy[2:]


def test_of_subset__empty__no_number(scored: Workspace) -> None:
    snapshot = build(scored)
    found = indicators.of_subset(scored, snapshot, _first(snapshot, 0))
    assert {one.outcome.value for one in found} == {None}
    assert {one.outcome.detail for one in found} == {"not computed: the set is empty"}


def test_compare__a_small_set__all_are_drawn_down_to_it(scored: Workspace) -> None:
    snapshot = build(scored)
    everything, few = _first(snapshot, 30), _first(snapshot, 12)
    large, small = (_by_name(found) for found in indicators.compare(scored, snapshot, [everything, few]))
    for name, count in (("response_diversity", 12), ("visual_diversity", 10), ("instruction_diversity", 12)):
        assert large[name].outcome.n == small[name].outcome.n == count
    assert large["task_count"].outcome.n == small["task_count"].outcome.n == 12


def test_tasks__every_turn_of_a_conversation_counts(workspace: Workspace, llava: Write, photo: Write) -> None:
    photo("0.png")
    talk = [text for n in range(9) for text in (f"Is there a {THINGS[n]} in the image?", "No.")]
    import_file(workspace, llava([row("Describe the image in one sentence.", "A street.", *talk, image="0.png")] * 2))
    score_all(workspace, "task")
    snapshot = build(workspace)
    whole = np.ones(snapshot.count, dtype=bool)
    assert len(snapshot.tasks) == 1
    comparison = SetComparison(workspace, snapshot, (whole, _first(snapshot, 1)))
    assert sorted(comparison.tasks(whole).values()) == [2, 18]
    assert comparison.limits.labelled_turns == 10
    found = _by_name(indicators.of_subset(workspace, snapshot, whole))
    assert found["task_count"].outcome.value == 2
    assert found["balance"].outcome.value == pytest.approx(40.0**2)


def test_tasks__nothing_is_labelled__says_what_to_run(workspace: Workspace, llava: Write) -> None:
    import_file(workspace, llava([row("What is it?", "A kite.")]))
    snapshot = build(workspace)
    found = _by_name(indicators.of_subset(workspace, snapshot, np.ones(1, dtype=bool)))
    assert {found[name].outcome.detail for name in ("task_count", "balance")} == {"not computed: run task"}


def test_compare__sets_that_share_a_picture__draw_it_once(scored: Workspace) -> None:
    snapshot = build(scored)
    everything = _first(snapshot, 30)
    comparison = SetComparison(scored, snapshot, (everything, ~_first(snapshot, 20)))
    assert comparison.limits == DrawSizes(turns=10, images=1, labelled_turns=10)
    assert len(comparison.drawn(everything).subset().vectors("image_descriptor")) == 1


def test_draw__is_in_the_order_of_contents__and_shared_by_sets(scored: Workspace) -> None:
    snapshot = build(scored)
    draws = SetComparison(scored, snapshot, (_first(snapshot, 30),)).draws
    few, more = (draws.turns(_first(snapshot, 30), limit)["turn_no"].to_list() for limit in (5, 12))
    assert more[:5] == few
    assert sorted(more) != list(range(12))


def test_report__same_set_on_both_sides__same_numbers_and_no_time(scored: Workspace) -> None:
    snapshot = build(scored)
    everything = _first(snapshot, 30)
    table = report.table(scored, snapshot, everything, everything)
    assert table["before"].equals(table["after"])
    assert table["name"].is_unique().all()
    assert "mean_text_readability" not in table["name"].to_list()
    assert "mean_sharpness" in table["name"].to_list()
    assert table.filter(pl.col("name") == "text_readability")["detail"].to_list() == ["from text_readability"]


@pytest.fixture(scope="module")
def coco(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Workspace]:
    """The shared COCO set, scored by everything that needs no model, built-in vectors included."""
    opened = open_workspace(tmp_path_factory.mktemp("coco"))
    import_file(opened, SHARED / "vlit.json", ImportOptions(annotations=SHARED / "annotations.json"))
    score_all(opened)
    score_all(opened, "response_words", "image_descriptor")  # vectors are made on demand
    yield opened
    opened.close()


@pytest.mark.skipif(not SHARED.is_dir(), reason="the shared COCO set is not beside the project")
def test_coco__every_builtin_indicator_has_a_value__and_one_task_is_less(coco: Workspace) -> None:
    snapshot = build(coco)
    everything = np.ones(snapshot.count, dtype=bool)
    one_task = snapshot.task_codes == np.bincount(snapshot.task_codes).argmax()
    whole, part = (
        _by_name(found) for found in indicators.compare(coco, snapshot, [everything, one_task], intervals=False)
    )
    assert {name for name, one in whole.items() if one.outcome.value is None} == {"matching_degree", "correctness"}
    assert whole["task_count"].outcome.value >= 4
    assert part["task_count"].outcome.value == 1
    assert part["balance"].outcome.value > whole["balance"].outcome.value
    assert whole["response_diversity"].outcome.n == part["response_diversity"].outcome.n
