from __future__ import annotations

import numpy as np
import pytest

from scoring.item import Sample, Turn, TurnItem
from scoring.metric import Batch, Result
from scoring.metrics import matching_degree_whole
from scoring.models import clip


def _score(responses: list[str], pictures: list[list[np.ndarray]], **params) -> list[Result]:
    turns = [Turn(turn_no=1, index=0, instruction="<image>\nDescribe it.", response=text) for text in responses]
    items = [TurnItem(Sample(sample_no=1, turns=(turn,), images=()), turn) for turn in turns]
    model = matching_degree_whole.load({**matching_degree_whole.METRIC.params, **params})
    return matching_degree_whole.score(Batch(items, {"clip_image": pictures}), model)


def test_matching_degree_whole__is_the_cosine_of_all_that_is_said(tiny_clip) -> None:
    response = "A dog runs. The sky is blue."
    whole, first = clip.load(tiny_clip).texts([response, "A dog runs."])
    (result,) = _score([response], [[first]], **tiny_clip)
    assert result.value == pytest.approx(100 * float(whole @ first), abs=1e-3)


def test_matching_degree_whole__of_several_pictures_the_best_counts(tiny_clip) -> None:
    whole, other = clip.load(tiny_clip).texts(["A dog runs.", "The sky is blue."])
    (result,) = _score(["<image> A dog\nruns."], [[other, whole]], **tiny_clip)
    assert result.value == pytest.approx(100, abs=1e-3)


def test_matching_degree_whole__reads_as_much_as_the_model_can(tiny_clip) -> None:
    start = "a list of tiny coloured wooden things, " * 30
    picture = clip.load(tiny_clip).texts([start])[0]
    (result,) = _score([start + "and a dog."], [[picture]], **tiny_clip)
    assert result.value == pytest.approx(100, abs=1e-3)


def test_matching_degree_whole__none_where_it_does_not_apply(tiny_clip) -> None:
    picture = clip.load(tiny_clip).texts(["A dog."])[0]
    results = _score(["", "<image>\n", "A dog.", "A cat."], [[picture], [picture], [], [picture]], **tiny_clip)
    assert [result.value is None for result in results] == [True, True, True, False]


def test_matching_degree_whole__vectors_of_another_model_are_an_error(tiny_clip) -> None:
    with pytest.raises(ValueError, match="compute clip_image with the same model"):
        _score(["A dog."], [[np.ones(8, np.float32)]], **tiny_clip)
