"""The detector and CLIP as witnesses for each asserted object."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from scoring.item import TurnItem
from scoring.metric import Batch, Result
from scoring.metrics import hallucination_clip, hallucination_detector
from scoring.models import clip

Turns = Callable[..., TurnItem]


def _found(mentioned: list[str], *images: dict[str, float]) -> dict[str, Any]:
    """Detections as the feature keeps them: per image, confidence by name."""
    return {
        "mentioned": mentioned,
        "images": [
            {
                "image_no": number,
                "objects": [
                    {"name": name, "confidence": confidence, "box": [0, 0, 1, 1], "always": False}
                    for name, confidence in objects.items()
                ],
            }
            for number, objects in enumerate(images)
        ],
    }


def _detect(item: TurnItem, found: dict[str, Any], **params: Any) -> Result:
    model = hallucination_detector.load({**hallucination_detector.METRIC.params, **params})
    (result,) = hallucination_detector.score(Batch([item], {"detections": [found]}), model)
    return result


def test_detector__an_unseen_object_is_denied_at_its_span(turn: Turns) -> None:
    item = turn("A dog and a fork.")
    result = _detect(item, _found(["dog", "fork"], {"dog": 0.9}))
    assert result.value == pytest.approx(1 / 2)
    assert [(vote.text, vote.source, vote.score) for vote in result.votes] == [
        ("dog", "detector", 0.9),
        ("fork", "detector", 0.0),
    ]
    (flag,) = result.flags
    assert (flag.kind, flag.verdict, item.turn.response[flag.start : flag.end]) == (
        "hallucination", "unsupported", "fork",
    )  # fmt: skip


def test_detector__the_surest_of_all_images_and_readings_counts(turn: Turns) -> None:
    item = turn("A dog.")
    result = _detect(item, _found(["dog"], {"dog": 0.2}, {"dog": 0.6}))
    assert [vote.score for vote in result.votes] == [0.6]
    assert (result.value, result.flags) == (0.0, ())


def test_detector__threshold_is_a_parameter(turn: Turns) -> None:
    found = _found(["dog"], {"dog": 0.2})
    assert _detect(turn("A dog."), found).flags == ()
    assert len(_detect(turn("A dog."), found, deny_to=0.3).flags) == 1


def test_detector__says_nothing_of_what_it_was_not_asked_for(turn: Turns) -> None:
    assert _detect(turn("A dog."), _found([], {"cat": 0.9})) == Result()
    assert _detect(turn("A dog.", images=0), _found(["dog"])) == Result()
    assert _detect(turn("There is no dog."), _found(["dog"], {})) == Result()


def test_detector__description_of_another_picture_keeps_its_spans(turn: Turns) -> None:
    item = turn("Two zebras graze.", objects=("oven",), captions=("A pizza in an oven.",))
    result = _detect(item, _found(["zebra"], {}))
    assert [flag.text for flag in result.flags] == ["zebras"]


def _fit(tiny_clip: dict[str, Any], items: list[TurnItem], pictures: list[list[np.ndarray]]) -> list[Result]:
    model = hallucination_clip.load({**hallucination_clip.METRIC.params, **tiny_clip})
    return hallucination_clip.score(Batch(items, {"clip_image": pictures}), model)


def test_clip__vote_is_the_cosine_with_the_best_picture(turn: Turns, tiny_clip: dict[str, Any]) -> None:
    dog, fork = clip.load(tiny_clip).texts(["a photo of a dog", "a photo of a fork"])
    (result,) = _fit(tiny_clip, [turn("A dog and a fork.", images=2)], [[fork, dog]])
    assert [(vote.text, vote.source) for vote in result.votes] == [("dog", "clip"), ("fork", "clip")]
    assert [vote.score for vote in result.votes] == pytest.approx([100, 100], abs=1e-3)
    (result,) = _fit(tiny_clip, [turn("A dog and a fork.")], [[dog]])
    assert result.value == pytest.approx(100 * float(dog @ fork), abs=1e-3)
    assert result.flags == ()


def test_clip__nothing_asserted_or_no_picture_is_not_applicable(turn: Turns, tiny_clip: dict[str, Any]) -> None:
    (dog,) = clip.load(tiny_clip).texts(["a photo of a dog"])
    items = [turn("It is sunny."), turn("A dog.", images=0), turn("A dog.")]
    results = _fit(tiny_clip, items, [[dog], [], [dog]])
    assert [result.value is None for result in results] == [True, True, False]


def test_clip__vectors_of_another_model_are_an_error(turn: Turns, tiny_clip: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match="compute clip_image with the same model"):
        _fit(tiny_clip, [turn("A dog.")], [[np.ones(8, np.float32)]])


def test_clip__phrase_has_the_right_article() -> None:
    assert hallucination_clip.phrase("apple") == "a photo of an apple"
    assert hallucination_clip.phrase("dog") == "a photo of a dog"
