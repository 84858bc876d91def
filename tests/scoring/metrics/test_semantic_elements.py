from __future__ import annotations

import importlib.util
from dataclasses import dataclass

import pytest

from scoring.item import Sample, Turn, TurnItem
from scoring.metric import Batch, Unavailable
from scoring.metrics import semantic_elements

HAS_SPACY = importlib.util.find_spec("spacy") is not None


@dataclass
class Word:
    """A parsed word, as spaCy would give it."""

    text: str
    pos_: str
    tag_: str
    dep_: str


WHAT = Word("What", "PRON", "WP", "dobj")
IS_HELPING = Word("is", "AUX", "VBZ", "aux")
IS_MAIN = Word("is", "AUX", "VBZ", "ROOT")
THE = Word("the", "DET", "DT", "det")
DOG = Word("dog", "NOUN", "NN", "nsubj")
EATING = Word("eating", "VERB", "VBG", "ROOT")
BIG = Word("big", "ADJ", "JJ", "acomp")


@pytest.mark.parametrize(
    ("words", "heads", "expected"),
    [
        ([WHAT, IS_HELPING, THE, DOG, EATING], [WHAT, DOG], 3),
        ([IS_MAIN, THE, DOG, BIG], [DOG], 2),
        ([], [], 0),
    ],
)
def test_count__verbs_phrases_and_question_words_once(words, heads, expected) -> None:
    assert semantic_elements.count(words, heads) == expected


@pytest.mark.skipif(HAS_SPACY, reason="spaCy is installed")
def test_semantic_elements__without_spacy_is_unavailable() -> None:
    with pytest.raises(Unavailable, match=r"^spaCy is not installed: pip install spacy"):
        semantic_elements.load(semantic_elements.METRIC.params)


@pytest.mark.skipif(not HAS_SPACY, reason="spaCy is not installed")
def test_semantic_elements__with_a_parser() -> None:
    try:
        model = semantic_elements.load(semantic_elements.METRIC.params)
    except Unavailable as error:
        pytest.skip(str(error))
    turn = Turn(turn_no=1, index=0, instruction="<image>\nWhat is the dog eating?", response="")
    (result,) = semantic_elements.score(Batch([TurnItem(Sample(1, (turn,), ()), turn)]), model)
    assert result.value == 3
