"""Plain questions whether an object is in the picture, and whether an answer says yes or no to them."""

from __future__ import annotations

import re
from dataclasses import dataclass

from scoring.text import markup, mentions, negation, sentences, words
from scoring.text.lexicon import Lexicon, Readings
from scoring.text.view_phrases import IN_VIEW, SEEN, VIEW

_LONGEST_QUESTION = 240
"""Characters of a sentence that may be a plain question."""

_TAIL = rf"(?: (?:{SEEN}|{IN_VIEW}))"
_LEAD = (
    r"(?:(?:and|so|ok|okay|now|also|then|please|question|q|hi|hello|well) "
    rf"|(?:look(?:ing)? (?:closely )?at|based on|according to|judging by|from|in) {VIEW} "
    r"|(?:can|could|would) you (?=tell|say|check|confirm)"
    r"|(?:tell me|say|check|confirm|verify|determine|decide|state|answer|i wonder|i (?:want|would like) to know)"
    r" (?:if|whether) "
    r"|(?:is it true|would you say|do you think)(?: that)? ){0,4}"
)
_SOME = r"(?:(?:a|an|any|some|at least one|one or more) )?"
_NAME = r"(?P<name>[^\W\d_][\w' ]{0,40}?)"
_FIND = r"(?:see|find|spot|notice|identify|detect|observe|recognize|make out)"
_SHOW = r"(?:contain|show|include|have|depict|feature|display|picture|hold)"
_QUESTIONS = tuple(
    re.compile(_LEAD + pattern + r"(?: answer| please)?")
    for pattern in (
        rf"(?:(?:is|are|was|were) there|there (?:is|are))(?: {IN_VIEW})? {_SOME}{_NAME}{_TAIL}{{0,4}}",
        rf"(?:(?:do|can|could|did) (?:you|we|i|one)|(?:is it possible|are you able|would you be able) to)"
        rf" {_FIND} {_SOME}{_NAME}{_TAIL}{{0,4}}",
        rf"(?:tell me|say|check|state) (?:if|whether) {_SOME}{_NAME} (?:is|are){_TAIL}{{1,4}}",
        rf"(?:do|does|did) (?:{VIEW}|it) {_SHOW} {_SOME}{_NAME}{_TAIL}{{0,4}}",
        rf"(?:is|are|was|were) {_SOME}{_NAME}{_TAIL}{{1,4}}",
        rf"(?:can|could) {_SOME}{_NAME} be (?:seen|found|spotted|observed|identified){_TAIL}{{0,4}}",
        rf"(?:do|does) {_SOME}{_NAME} (?:appear|exist|occur){_TAIL}{{0,4}}",
        rf"any {_NAME}{_TAIL}{{0,4}}",
    )
)
_PERSONS = {"anyone": "person", "anybody": "person", "someone": "person", "somebody": "person"}

_MARKS = r"[\s*_#>\"'“”‘’(\[]{0,12}"
_SURELY = r"(?:definitely|certainly|absolutely|of course|unfortunately|sadly|sorry|actually|clearly)"
_OPENING = re.compile(
    rf"{_MARKS}(?:(?:the )?(?:final |correct )?answer(?: is|:)?\s{{0,4}}:?\s{{0,4}})?{_MARKS}(?P<answer>"
    rf"(?P<no>(?:{_SURELY},? )?(?:no|nope|nah|negative|false)\b|{_SURELY} not\b)"
    rf"|(?P<yes>(?:{_SURELY},? )?(?:yes|yeah|yep|yup|affirmative|indeed|true)\b|{_SURELY}\b"
    r"|(?:sure|correct)\b(?=\W*$|,)))",
    re.IGNORECASE,
)
_NO_AND_A_NOUN = re.compile(r"\s{1,4}(?!(?:there|i|it|we|you|not|none|this|the|that|neither)\b)\w", re.IGNORECASE)
_QUALIFIED = re.compile(r"[\s,]{1,6}(?:and no\b|but\b|though\b|although\b|if\b|or\b)", re.IGNORECASE)
_HEDGED = re.compile(
    r"\b(?:maybe|perhaps|possibly|probably|presumably|might|may be|could be|not (?:entirely )?(?:sure|certain)|unsure"
    r"|unclear|uncertain|hard to|difficult to|impossible to|(?:only|just) (?:one|1|two)\b(?! \w+ (?:is|are)))",
    re.IGNORECASE,
)
_CLAUSE_END = re.compile(r"[.!?;:\n]|,? {1,4}(?:and|but|which|while|whereas|however|although|though|with)\b")
_THERE_IS = re.compile(
    r"(?:there (?:is|are)(?: indeed)?(?: one| some| several| many| a few)?|there (?:one|some)|it does|they do|i do"
    rf"|(?:i|you|we) can|one is|some are)(?:{_TAIL}){{0,4}}"
)
_THERE_IS_NONE = re.compile(
    r"(?:there(?: is| are)?(?: not)? (?:any|one|none)|there (?:isn't|aren't|is not|are not)(?: any| one)?|none|nothing"
    r"|not (?:really|at all|that i can see|here)|it does(?:n't| not)"
    r"|(?:i|we|you) (?:do not|don't|can't|cannot|can not|did not|didn't) (?:see|find|spot|notice)"
    rf" (?:any|one|it|them|that|anyone))(?:{_TAIL}){{0,4}}"
)
_ASSERTS = re.compile(
    rf"(?:there (?:is|are|appears? to be|seems? to be|a|an|one|some)|(?:i|you|we) (?:can |do )?(?:see|spot|find|notice)"
    rf"|(?:it|{VIEW}) (?:does )?(?:{_SHOW}s?|has)|(?:a|an|one|some)\b)"
)


@dataclass(frozen=True, slots=True)
class AskedObject:
    """The object of a plain question: as it is named there, and the classes that this may mean."""

    name: str
    readings: Readings


@dataclass(frozen=True, slots=True)
class ExistenceAnswer:
    """Whether the characters [start, end) of an answer say that the asked object is there."""

    affirms: bool
    start: int
    end: int


def asked_object(instruction: str, lexicon: Lexicon) -> AskedObject | None:
    """Reads what an instruction asks the presence of.

    Args:
        instruction: The instruction, with its markup.
        lexicon: The names of objects.

    Returns:
        The object; None where the instruction asks nothing of the kind, more than one thing, about an object's
        number, looks or place, or in the negative.
    """
    masked = markup.mask(instruction)
    questions: list[AskedObject] = []
    for start, end in sentences.spans(masked):
        sentence = masked[start:end]
        question = _question(sentence, lexicon) if len(sentence) <= _LONGEST_QUESTION else None
        if question:
            questions.append(question)
        elif words.words(sentence) == ["yes", "or", "no"]:
            continue
        elif sentence.endswith("?") or mentions.find(sentence, lexicon):
            return None
    return questions[0] if len(questions) == 1 else None


def answer(response: str, question: AskedObject, lexicon: Lexicon) -> ExistenceAnswer | None:
    """Reads whether a response says that the asked object is in the picture.

    Args:
        response: The response, with its markup.
        question: What was asked for.
        lexicon: The names of objects.

    Returns:
        The answer with its clause; None where it hedges, contradicts itself or says neither.
    """
    masked = markup.mask(response)
    spans = sentences.spans(masked)
    if not spans:
        return None
    start, end = spans[0]
    if _HEDGED.search(masked, start, end):
        return None
    named = [m for m in mentions.find(masked, lexicon) if not set(question.readings).isdisjoint(m.readings)]
    silences = [mention.silent for mention in named if mention.start < end]
    opening = _OPENING.match(masked, start, end)
    if opening is None or (opening["no"] and _NO_AND_A_NOUN.match(masked, opening.end())):
        affirms = _statement(words.words(masked[start:end]), silences)
        first = start
    elif _QUALIFIED.match(masked, opening.end()):
        return None
    else:
        first = opening.start("answer")
        affirms = _consistent(bool(opening["yes"]), masked[opening.end() : end], silences, named)
    if affirms is None:
        return None
    return ExistenceAnswer(affirms, first, _clause_end(masked, first, end))


def _question(sentence: str, lexicon: Lexicon) -> AskedObject | None:
    spoken = " ".join(words.words(sentence))
    for pattern in _QUESTIONS:
        match = pattern.fullmatch(spoken)
        if match:
            name = _PERSONS.get(match["name"], match["name"])
            readings = lexicon.read(name)
            if readings:
                return AskedObject(name, readings)
    return None


def _consistent(yes: bool, following: str, silences: list[str], named: list[mentions.Mention]) -> bool | None:
    """What an opening "yes" or "no" says, unless the words behind it say otherwise."""
    if not yes:
        return None if any(not mention.silent for mention in named) else False
    if any(silences) or (not silences and negation.denies(words.words(following))):
        return None
    return True


def _statement(sentence: list[str], silences: list[str]) -> bool | None:
    """What a sentence says that opens with neither "yes" nor "no"."""
    spoken = " ".join(sentence)
    if not silences:
        if _THERE_IS_NONE.fullmatch(spoken):
            return False
        return True if _THERE_IS.fullmatch(spoken) else None
    if set(silences) == {"negated"}:
        return None if spoken.startswith(("no other", "no more", "no additional", "not ")) else False
    return True if not any(silences) and _ASSERTS.match(spoken) else None


def _clause_end(text: str, start: int, end: int) -> int:
    """Where the clause that begins at `start` ends, without its punctuation."""
    boundary = _CLAUSE_END.search(text, start + 1, end)
    clause = text[start : boundary.start() if boundary else end]
    return start + len(clause.rstrip(" ,*_\"'”’)]"))
