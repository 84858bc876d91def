from __future__ import annotations

import numpy as np
import pytest

from scoring.item import Sample, Turn, TurnItem
from scoring.metric import Batch
from scoring.metrics import matching_degree
from scoring.models import clip


def _item(response: str) -> TurnItem:
    turn = Turn(turn_no=1, index=0, instruction="<image>\nDescribe it.", response=response)
    return TurnItem(Sample(sample_no=1, turns=(turn,), images=()), turn)


def _score(responses: list[str], pictures: list[list[np.ndarray]], **params):
    model = matching_degree.load({**matching_degree.METRIC.params, **params})
    return matching_degree.score(Batch([_item(text) for text in responses], {"clip_image": pictures}), model)


def test_matching_degree__is_the_mean_cosine_of_the_sentences(tiny_clip) -> None:
    said = clip.load(tiny_clip).texts(["A dog runs.", "The sky is blue."])
    picture = said[0]
    (result,) = _score(["A dog runs. The sky is blue."], [[picture]], **tiny_clip)
    assert result.value == pytest.approx(50 * (1 + float(said[1] @ picture)), abs=1e-3)
    assert result.flags == ()


def test_matching_degree__a_sentence_counts_with_its_best_picture(tiny_clip) -> None:
    said = clip.load(tiny_clip).texts(["A dog runs.", "The sky is blue."])
    (result,) = _score(["A dog runs. The sky is blue."], [[said[1], said[0]]], **tiny_clip)
    assert result.value == pytest.approx(100, abs=1e-3)


def test_matching_degree__one_result_per_item_none_where_it_does_not_apply(tiny_clip) -> None:
    picture = clip.load(tiny_clip).texts(["A dog."])[0]
    results = _score(["", "<image>\n", "A dog.", "A cat."], [[picture], [picture], [], [picture]], **tiny_clip)
    assert [result.value is None for result in results] == [True, True, True, False]


def test_matching_degree__flags_the_worst_sentence_only_when_asked(tiny_clip) -> None:
    said = clip.load(tiny_clip).texts(["A dog runs.", "The sky is blue."])
    response = "A dog runs. The sky is blue."
    (result,) = _score([response], [[said[0]]], flag_below=99.9, **tiny_clip)
    (flag,) = result.flags
    assert (flag.kind, flag.verdict, flag.turn) == ("mismatch", "unsure", 0)
    assert response[flag.start : flag.end] == flag.text == "The sky is blue."
    assert flag.score == pytest.approx(100 * float(said[0] @ said[1]), abs=1e-3)


def test_matching_degree__long_sentences_are_split_at_spaces(tiny_clip) -> None:
    model = clip.load(tiny_clip)
    text = "<image> It shows " + "a very long list of tiny coloured wooden things, " * 30 + "and a dog."
    spans = list(matching_degree._spans(text, model))
    assert len(spans) > 3
    assert all(model.fits(text[start:end]) for start, end in spans)
    assert "".join(text[start:end] for start, end in spans).replace(" ", "") == text[8:].replace(" ", "")


def test_matching_degree__an_endless_word_ends(tiny_clip) -> None:
    picture = clip.load(tiny_clip).texts(["A dog."])[0]
    (result,) = _score(["x1" * 500], [[picture]], **tiny_clip)
    assert result.value is not None


def test_matching_degree__vectors_of_another_model_are_an_error(tiny_clip) -> None:
    with pytest.raises(ValueError, match="compute clip_image with the same model"):
        _score(["A dog."], [[np.ones(8, np.float32)]], **tiny_clip)
