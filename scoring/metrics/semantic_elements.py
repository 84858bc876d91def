"""How much an instruction says: its predicates and their arguments, from a dependency parse.

Main verbs, noun phrases and question words, one each, from 0: "What is the dog eating?" has 3. The definition of
`instruction_complexity`, read off a spaCy parse (https://spacy.io) instead of part-of-speech rules, so the two
agree on plain sentences and part on long ones. Li et al., TMLR 2024, section 3.3.3, instruction complexity.
Written for spaCy's English models; neither spaCy nor a model is installed with Winnow.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Protocol

from scoring.item import TurnItem
from scoring.json_types import Params
from scoring.metric import Batch, Metric, Result, Unavailable
from scoring.text import markup

METRIC = Metric(
    name="semantic_elements",
    version="2",
    title="Semantic elements of the instruction (spaCy)",
    principle="instruction complexity",
    subject="turn",
    range=(0.0, None),
    unit="elements",
    bad_when="low",
    builtin=False,
    params={"model": "en_core_web_sm"},
    running={"batch": 64},
    languages=("en",),
    reads="instruction",
)

_QUESTION = frozenset(["WP", "WRB", "WDT"])


class Word(Protocol):
    """What is used of spaCy's Token."""

    pos_: str
    tag_: str
    dep_: str


class Phrase(Protocol):
    """What is used of spaCy's Span: the word that heads a noun phrase."""

    root: Word


class SpacyDocument(Protocol):
    """What is used of spaCy's Doc."""

    noun_chunks: Iterable[Phrase]

    def __iter__(self) -> Iterator[Word]:
        """The words of the text."""
        ...


class SpacyPipeline(Protocol):
    """What is used of spaCy's Language."""

    def pipe(self, texts: Sequence[str], *, batch_size: int) -> Iterator[SpacyDocument]:
        """Parses texts, in their order.

        Args:
            texts: Plain texts.
            batch_size: How many are parsed at once.
        """
        ...


def load(params: Params) -> tuple[SpacyPipeline, int]:
    """The parser and how many texts it is given at once. Raises Unavailable without spaCy or its model."""
    name = str(params["model"])
    try:
        import spacy
    except ImportError as error:
        raise Unavailable(
            f"spaCy is not installed: pip install spacy, then python -m spacy download {name}."
        ) from error
    try:
        parser = spacy.load(name, exclude=["ner", "lemmatizer"])
    except OSError as error:
        raise Unavailable(f"spaCy's model {name} is not installed: python -m spacy download {name}.") from error
    if not {"parser", "tagger"} <= set(parser.pipe_names):
        raise Unavailable(f"spaCy's model {name} has no tagger and parser: choose one like en_core_web_sm.")
    return parser, int(params["batch"])


def score(batch: Batch, model: tuple[SpacyPipeline, int]) -> list[Result]:
    """Counts the elements of each instruction.

    Args:
        batch: Turns.
        model: The parser and how many texts it is given at once.

    Returns:
        One result per turn; None for an instruction without words.
    """
    parser, size = model
    texts = [" ".join(markup.mask(item.turn.instruction).split()) for item in batch.items if isinstance(item, TurnItem)]
    parsed = parser.pipe(texts, batch_size=size)
    return [
        Result(value=float(count(document, (chunk.root for chunk in document.noun_chunks))) if text else None)
        for text, document in zip(texts, parsed, strict=True)
    ]


def count(words: Iterable[Word], heads: Iterable[Word]) -> int:
    """Counts main verbs and question words, and noun phrases.

    An auxiliary counts only where it is the predicate itself ("is the dog big?"); a question word that heads a
    phrase of its own ("what") counts once.

    Args:
        words: All words of the text.
        heads: The words that head its noun phrases.

    Returns:
        The number of elements.
    """
    predicates = questions = 0
    for word in words:
        predicates += word.pos_ == "VERB" or (word.pos_ == "AUX" and word.dep_ not in ("aux", "auxpass"))
        questions += word.tag_ in _QUESTION
    return predicates + questions + sum(head.tag_ not in _QUESTION for head in heads)
