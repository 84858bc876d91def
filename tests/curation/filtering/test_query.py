"""The language of query boxes: what is read, what is written again, and one sentence for what cannot be read."""

from __future__ import annotations

import contextlib
import time

import pytest

from curation.filtering import facet_choice, query
from curation.filtering.facet_choice import FacetChoice
from curation.filtering.query import AllTerm, AnyTerm, NotTerm, QueryError, RangeTerm, ValueTerm, WordTerm

DOG, CAT = WordTerm("dog"), WordTerm("cat")


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        ("", AllTerm(())),
        ("  and  ", AllTerm(())),
        ("Dog cat", AllTerm((DOG, CAT))),
        ("dog, cat", AllTerm((DOG, CAT))),
        ("dog and cat", AllTerm((DOG, CAT))),
        ("dog - cat", AllTerm((DOG, CAT))),
        ("dog OR cat", AnyTerm((DOG, CAT))),
        ("-dog", NotTerm(DOG)),
        ("not dog", NotTerm(DOG)),
        ("not not dog", DOG),
        ('"red bus"', WordTerm("red bus")),
        ("“red bus”", WordTerm("red bus")),
        ('"red bus', WordTerm("red bus")),
        ('-"or"', NotTerm(WordTerm("or"))),
        ("(dog or cat) -(dog cat)", AllTerm((AnyTerm((DOG, CAT)), NotTerm(AllTerm((DOG, CAT)))))),
        ("dog or cat dog", AnyTerm((DOG, AllTerm((CAT, DOG))))),
        ("e.g. well-known 3.5", AllTerm((WordTerm("e.g."), WordTerm("well-known"), WordTerm("3.5")))),
        ("task:counting", ValueTerm("task", ("counting",))),
        ("task: counting", ValueTerm("task", ("counting",))),
        ("lang:en", ValueTerm("language", ("en",))),
        ("tag:a,b,a", ValueTerm("tag", ("a", "b"))),
        ('tag:(a or "b c")', ValueTerm("tag", ("a", "b c"))),
        (r'dataset:"a \"b\" \\"', ValueTerm("dataset", ('a "b" \\',))),
        ("score:0.2..0.3", RangeTerm("score", 0.2, 0.3)),
        ("score:-0.5..", RangeTerm("score", -0.5, None)),
        ("score:..3", RangeTerm("score", None, 3.0)),
        ("turns>3", RangeTerm("turns", 3.0, None, above=True)),
        ("turns>=3", RangeTerm("turns", 3.0, None)),
        ("turns<3", RangeTerm("turns", None, 3.0, below=True)),
        ("turns=3", RangeTerm("turns", 3.0, 3.0)),
        ('"my metric":1..2', RangeTerm("my metric", 1.0, 2.0)),
    ],
)
def test_query__is_read_and_written_so_that_it_reads_the_same(text: str, meant: query.Query) -> None:
    assert query.parse(text) == meant
    assert query.parse(query.write(meant)) == meant


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("(dog", "is not closed"),
        ("dog)", "has no beginning"),
        ("task:", "has no value behind it"),
        ("task:)", "has no value behind it"),
        ("turns>many", "“many” is no number"),
        ("score:1..b", "“b” is no number"),
        ("score:1..inf", "“inf” is no number"),
        ("score:..", "has no edge"),
        ("not", "none behind it"),
        ("or dog", "none before it"),
        ("dog or", "none behind it"),
        ("turns = 3", "needs a field before it"),
        ("a <b", "needs a field before it"),
        ("tag:(a", "is not closed"),
        ("tag:(a:b)", "cannot stand in the values"),
        ("x" * 3000, "longer than 2,000 characters"),
        ("(" * 20 + "dog" + ")" * 20, "brackets within brackets"),
        ("not -" * 20 + "dog", "within each other"),
        ("a " * 30, "more than 20 words"),
        ("tag:" + ",".join(map(str, range(300))), "more than 100 values"),
    ],
)
def test_query__that_cannot_be_read__is_one_sentence(text: str, sentence: str) -> None:
    with pytest.raises(QueryError, match=sentence) as refusal:
        query.parse(text)
    assert "\n" not in str(refusal.value)


@pytest.mark.parametrize(
    "part", ["(", ")", "-", '"', "“", ":", "..", "a:", "a:(", "not ", "or ", "\\", ",", "x>", "a..", "1.", " "]
)
def test_query__of_any_repeated_part__is_answered_at_once(part: str) -> None:
    started = time.perf_counter()
    with contextlib.suppress(QueryError):
        query.parse((part * query.LONGEST)[: query.LONGEST])
    assert time.perf_counter() - started < 1


def test_choice__of_a_field_is_read_from_the_query_and_put_back() -> None:
    searched = query.parse("dog task:a,b -task:c score:0.2..0.3 (tag:x or flag:y)")
    assert facet_choice.read(searched, "task") == FacetChoice(("a", "b"), ("c",))
    assert facet_choice.read(searched, "score") == FacetChoice(low=0.2, high=0.3)
    assert facet_choice.read(searched, "tag") == FacetChoice()
    changed = facet_choice.replaced(searched, "task", FacetChoice(("d",)))
    assert query.write(changed) == "dog score:0.2..0.3 (tag:x or flag:y) task:d"
    emptied = facet_choice.replaced(searched, "score", FacetChoice())
    assert query.write(emptied) == "dog task:a,b -task:c (tag:x or flag:y)"


def test_choice__of_all_values__is_one_filter_each() -> None:
    every = facet_choice.replaced(query.EVERYTHING, "tag", FacetChoice(("a", "b"), every=True))
    assert query.write(every) == "tag:a tag:b"
    assert facet_choice.read(every, "tag") == FacetChoice(("a", "b"), every=True)


def test_choice__in_an_empty_query__is_the_query() -> None:
    assert query.write(facet_choice.replaced(query.EVERYTHING, "task", FacetChoice(("the task",)))) == 'task:"the task"'
    assert facet_choice.without(query.parse("task:a"), "TASK") == query.EVERYTHING
