"""How many of an object a text says there are, with exact characters, and what a question of "how many" asks for."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections import Counter
from dataclasses import dataclass, replace

from scoring.text import markup, mentions, sentences, words
from scoring.text.lexicon import Lexicon, Readings
from scoring.text.mentions import Mention
from scoring.text.view_phrases import IN_VIEW, SEEN, VIEW
from scoring.text.words import Token

NUMBERS = {
    word: number
    for number, word in enumerate(
        "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen "
        "seventeen eighteen nineteen twenty".split()
    )
}
"""Words for numbers that a text may count objects with; "a dozen" is 12 and "a pair of" 2."""
_LARGEST = 99
_NUMBER = rf"(?:\d{{1,2}}|{'|'.join(NUMBERS)})"
_HAS_NUMBER = re.compile(rf"\b(?:{_NUMBER}|dozen|pair|trio|quartet|single|none)\b", re.IGNORECASE)
_MOST_ADJECTIVES = 5
"""Words between a number and what it counts, with the commas and "and" of a row of adjectives."""
_MOST_AROUND = 24
"""Words before and behind a number of objects among which is what narrows it; keeps long sentences fast."""

_GROUPS_OF = {"pair": 2, "trio": 3, "quartet": 4}
"""Words for a number of things: "a pair of dogs"."""
_JOINS = frozenset([",", "and"])
_BEHIND_NOUNS = frozenset(
    """are were in on at near by with and or that who which is standing to from under beside behind next around along
    together drink eat graze walk stand sit lie run look""".split()
)
_ANIMALS = frozenset("bird cat dog horse sheep cow elephant bear zebra giraffe animal".split())

_INEXACT = frozenset(
    """least most than over about around approximately roughly nearly almost perhaps maybe probably or to as half
    another other additional more extra number no route line first second third last next each every per at
    like remaining chapter page figure step class grade age aged minimum maximum""".split()
)
"""A number behind one of these is not that of all objects, or no number of objects at all."""
_MARKS_BEFORE, _MARKS_BEHIND = frozenset("-#$/"), frozenset("-.:,/%")
"""Beside one of these a number is part of a word, an amount or a list's number."""
_NO_ADJECTIVES = frozenset(
    """of the a an and or in on at with by from to is are was were has have that who which their his her its year month
    day hour minute foot feet inch meter metre mile story storey tier layer lane way level floor pound dollar percent
    for than but while when star wheel wheeled legged dozen pair couple trio single""".split()
)
"""Words that do not stand between a number and what it counts."""
_VERBS = frozenset(
    """wear wears hold holds ride rides carry carries eat eats watch watches see sees use uses play plays drive drives
    fly flies sit sits stand stands walk walks run runs share shares enjoy enjoys need needs want wants get gets make
    makes take takes look looks hang hangs cross feed pull pulls surround line fill lead""".split()
)
"""Verbs between a number's noun and another noun: "five people wear hats"."""
_PLAIN_ADJECTIVES = frozenset("different distinct separate individual visible total".split())
"""Adjectives that set no group of the counted apart."""
_DEFINITE = frozenset("the these those his her their its my your our all 's".split())
_GROUP = re.compile(
    r"\b(?:left|right|foreground|background|front|middle|center|centre|corner|top|bottom|side|end|near|nearby|next"
    r"|closer|behind|beside|between|wearing|holding|carrying|distance|outside|inside|above|below|under|among|including)\b"
)
"""Words by which a sentence speaks of some of the counted."""
_SIDE = re.compile(
    r"\b(?:left|right|foreground|background|front|middle|center|centre|corner|top|bottom|side|distance|closer|nearest)\b"
)
"""Words by which even what a sentence begins with is some of the counted."""
_NARROWING = re.compile(
    rf"(?! {IN_VIEW}| in total| in all) (?:with|that|who|whose|which|of|in (?!(?:a|an|the|this|that|front)\b))"
)
"""What right behind a noun tells which ones are meant."""
_MORE_FOLLOW = frozenset("another other others remaining rest additional more one ones".split())
"""Words that speak of further ones of what was counted."""
_PLURALS = frozenset("people men women children mice geese oxen sheep deer fish cattle police folk".split())
_UNCOUNTED = frozenset(["skis", "scissors", "eyeglasses", "headphones", "broccoli"])
"""Classes of which people count pairs or pieces and annotators something else."""
_PART = re.compile(
    r"\b(?:slices?|pieces?|train cars?|rail ?cars?|railway cars?|boxcars?|faces?|seats?|lids?)\b", re.IGNORECASE
)
"""In names of parts that stand for their class: "slices of pizza", "train cars"."""

_STATES = re.compile(
    rf"(?:(?:.*[,:] )?(?:yes |and |overall |in total )*(?:(?:in|on) {VIEW} )?(?:there(?: is| are| 's)?"
    rf"|(?:i|we|you|one) (?:can )?(?:see|count|spot)"
    rf"|(?:{VIEW}|it) (?:shows?|contains?|features?|has|have|depicts?|displays?|includes?|captures?)))"
    r"(?: exactly| only| just| a total of| in total| precisely| clearly)*"
)
"""What stands before a number that is about everything in the picture."""
_TAIL = re.compile(rf"(?: (?:{IN_VIEW}|{SEEN}|in total|in all|altogether|total|overall))*")
_ASKS_NUMBER = re.compile(
    r"(?:(?:and|so|now|please|also|question|tell me|can you tell me|do you know|count) )*"
    r"how many (?P<name>[a-z][a-z' ]{0,40}?)"
    r"(?P<condition> (?:are|is|can|do|does|did|were|have|has|in|on|there)\b.*)?"
)
_ALL_OF_THEM = re.compile(
    rf" (?:(?:are|is) (?:there|{IN_VIEW}|{SEEN})|(?:can|do) (?:you|we|i) (?:see|count|spot|find|identify)"
    rf"|can be (?:seen|counted)|(?:does|do) {VIEW} (?:have|show|contain|include|feature)|{IN_VIEW}|there are)"
    rf"(?: (?:{IN_VIEW}|{SEEN}|in total|altogether))*"
)
_ANSWER_LEAD = re.compile(
    rf"(?:(?:the )?(?:answer|total number|total|number)(?: of [a-z ]{{1,30}})?(?: {IN_VIEW})?(?: is)? "
    r"|there (?:is |are )?"
    r"|(?:i|we|you) (?:can )?(?:see|count) "
    rf"|(?:{VIEW}|it) (?:shows?|contains?|has|have|features?|depicts?) |{IN_VIEW} there are )?"
    rf"(?:exactly |only |just |a total of )*(?P<number>{_NUMBER}|none)\b"
)


@dataclass(frozen=True, slots=True)
class CountClaim:
    """That there are `count` of what is called `name`, at the characters [start, end).

    `total` says that all of the picture's are meant, not those of some look, place or doing. `about_all` is less sure:
    what a caption would say of all of them, "two men wearing hats", but not "the two men" or "two men on the left".
    """

    name: str
    readings: Readings
    count: int
    start: int
    end: int
    total: bool
    about_all: bool = False


def claims(instruction: str, response: str, lexicon: Lexicon) -> list[CountClaim]:
    """Lists the numbers of objects that a response asserts.

    Args:
        instruction: What it answers, with markup; gives a bare "3" its meaning.
        response: The response, with markup.
        lexicon: The names of objects.

    Returns:
        The claims in order, without those of "at least", "another", "or" and other words that fix no number, and
        without "one" of several.
    """
    if not _HAS_NUMBER.search(response):
        return []
    masked = markup.mask(response)
    counted = [
        claim
        for start, end in sentences.spans(masked)
        if _HAS_NUMBER.search(masked, start, end)
        for claim in _in_sentence(masked, start, end, lexicon)
    ]
    reply = _reply(instruction, masked, lexicon)
    if reply:
        counted = [reply, *(claim for claim in counted if claim.start >= reply.end)]
    return _with_others(counted, masked)


def _in_sentence(text: str, start: int, end: int, lexicon: Lexicon) -> list[CountClaim]:
    tokens = [Token(word, start + first, start + last) for word, first, last in words.tokens(text[start:end])]
    starts = [token.start for token in tokens]
    counted = []
    for mention in mentions.find(text[start:end], lexicon):
        if mention.silent or not _UNCOUNTED.isdisjoint(mention.readings) or _PART.search(mention.text):
            continue
        first, last = bisect_left(starts, start + mention.start), bisect_left(starts, start + mention.end)
        claim = _counted(tokens, first, last, mention)
        if claim:
            counted.append(claim)
    return counted


def _counted(tokens: list[Token], first: int, last: int, mention: Mention) -> CountClaim | None:
    """The claim about the mention that is the tokens [first, last)."""
    noun = first - 1
    while noun >= 0 and first - 1 - noun < _MOST_ADJECTIVES and _in_row(tokens, noun, first):
        noun -= 1
    number, at = _number_before(tokens, noun)
    following = tokens[last].word if last < len(tokens) else "."
    several = is_plural(mention.text) or _is_herd(mention, number or 0, following)
    if number is None or (number > 1 and not several):
        return None
    before = tokens[at - 1].word if at else ""
    if before in _INEXACT or _is_range(tokens, at) or before in _MARKS_BEFORE or tokens[at + 1].word in _MARKS_BEHIND:
        return None
    adjectives = {token.word for token in tokens[noun + 1 : first]} - _PLAIN_ADJECTIVES - _JOINS
    lead = " ".join(token.word for token in tokens[max(at - _MOST_AROUND, 0) : at])
    behind = " ".join(["", *(token.word for token in tokens[last : last + _MOST_AROUND])])
    states_number = _STATES.fullmatch(lead) and _TAIL.fullmatch(re.split(r" [.,;]", behind)[0])
    if number == 1 and not (several or not lead or states_number):
        return None
    subject = "person" not in mention.readings and (not lead or _STATES.fullmatch(lead))
    group = _SIDE if subject else _GROUP
    some = adjectives or before in _DEFINITE or group.search(lead + behind) or _NARROWING.match(behind)
    about_all = before not in _DEFINITE and not _SIDE.search(lead + behind)
    return CountClaim(
        mention.text,
        mention.readings,
        number,
        tokens[at].start,
        tokens[last - 1].end,
        bool(not some and (number > 1 or states_number)),
        about_all,
    )


def _is_range(tokens: list[Token], index: int) -> bool:
    """Whether the number is one end of a range: "between two and four dogs", but not "between two dogs"."""
    before = [token.word for token in tokens[max(index - 3, 0) : index]]
    behind = [token.word for token in tokens[index + 1 : index + 3]]
    begins = before[-1:] == ["between"] and behind[:1] == ["and"] and _value(behind[-1]) is not None
    return begins or (before[:1] + before[2:] == ["between", "and"] and _value(before[1]) is not None)


def _in_row(tokens: list[Token], index: int, first: int) -> bool:
    """Whether a word stands among the adjectives of the noun at `first`: "two small, red and blue cups"."""
    if tokens[index].word in _JOINS:
        return index + 1 < first and index > 0 and _is_adjective(tokens[index - 1].word)
    return _is_adjective(tokens[index].word)


def _is_herd(mention: Mention, number: int, following: str) -> bool:
    """Whether a singular name counts several animals: "four zebra grazing", but not "two dog owners"."""
    animal = bool(_ANIMALS.intersection(mention.readings))
    goes_on = not following[0].isalpha() or following.endswith("ing") or following in _BEHIND_NOUNS
    return number > 1 and animal and goes_on


def _number_before(tokens: list[Token], index: int) -> tuple[int | None, int]:
    """(number, index of its first word) of the number that ends at `index`."""
    if index < 0:
        return None, 0
    word = tokens[index].word
    phrase = [token.word for token in tokens[max(index - 2, 0) : index + 1]]
    if phrase[:1] == ["a"] and phrase[-1:] == ["of"] and phrase[1] in _GROUPS_OF:
        return _GROUPS_OF[phrase[1]], index - 2
    if phrase[-2:] == ["a", "dozen"]:
        return 12, index - 1
    if phrase[-2:] == ["a", "single"]:
        return 1, index - 1
    return _value(word), index


def _value(word: str) -> int | None:
    if word.isascii() and word.isdigit():
        return int(word) if 0 < int(word) <= _LARGEST and word[0] != "0" else None
    return NUMBERS.get(word) or None


def _is_adjective(word: str) -> bool:
    plain = word.isalpha() and word not in NUMBERS and word not in _NO_ADJECTIVES and word not in _INEXACT
    plural = word in _PLURALS or (word.endswith("s") and not word.endswith("ous"))
    return plain and not plural and word not in _VERBS


def is_plural(name: str) -> bool:
    """Whether a name is of several objects, by its last word."""
    last = name.lower().rsplit(" ", 1)[-1].rsplit("-", 1)[-1]
    return last in _PLURALS or (last.endswith("s") and not last.endswith("ss") and last not in ("bus", "tennis"))


def _with_others(counted: list[CountClaim], text: str) -> list[CountClaim]:
    """The claims; one behind which the text speaks of more of the same kind is not about all of them."""
    if not any(claim.total or claim.about_all for claim in counted):
        return counted
    parts_of = Counter(reading for claim in counted for reading in set(claim.readings))
    last_further = max((token.start for token in words.tokens(text) if token.word in _MORE_FOLLOW), default=-1)
    return [
        replace(claim, total=False, about_all=False)
        if claim.end <= last_further or any(parts_of[reading] > 1 for reading in claim.readings)
        else claim
        for claim in counted
    ]


def _reply(instruction: str, text: str, lexicon: Lexicon) -> CountClaim | None:
    """What a response that opens with a number answers to a question of how many."""
    asked_for = _asked_number(instruction, lexicon)
    spans = sentences.spans(text)
    if asked_for is None or not spans:
        return None
    start, end = spans[0]
    tokens = [token for token in words.tokens(text[start:end]) if token.word[0].isalnum()]
    spoken = " ".join(token.word for token in tokens)
    match = _ANSWER_LEAD.match(spoken)
    if match is None:
        return None
    word_index = spoken.count(" ", 0, match.start("number"))
    number = 0 if match["number"] in ("none", "0", "zero") else _value(match["number"])
    following = [token.word for token in tokens[word_index + 1 :]]
    if (
        number is None
        or (following[:1] in (["or"], ["to"], ["of"]) and following[:2] != ["of", "them"])
        or text[start + tokens[word_index].end :][:1] in ("-", "/", "%")
    ):
        return None
    name, readings, all_of_them = asked_for
    several = any(word in NUMBERS or word.isdigit() or word in _MORE_FOLLOW for word in following)
    stop = re.match(r"[^.,;:!?()]*", text[start + tokens[word_index].end : end])
    return CountClaim(
        name,
        readings,
        number,
        start + tokens[word_index].start,
        start + tokens[word_index].end,
        all_of_them and not (several and stop is not None and len(words.words(stop[0])) > 1),
    )


def _asked_number(instruction: str, lexicon: Lexicon) -> tuple[str, Readings, bool] | None:
    """(name, readings, whether all of them) of what the only question of an instruction asks the number of."""
    masked = markup.mask(instruction)
    questions = [masked[start:end] for start, end in sentences.spans(masked) if "how many" in masked[start:end].lower()]
    if len(questions) != 1 or masked.count("?") > 1:
        return None
    match = _ASKS_NUMBER.fullmatch(" ".join(words.words(questions[0])))
    if match is None:
        return None
    readings = lexicon.read(match["name"])
    if not readings or not _UNCOUNTED.isdisjoint(readings):
        return None
    return match["name"], readings, not match["condition"] or bool(_ALL_OF_THEM.fullmatch(match["condition"]))
