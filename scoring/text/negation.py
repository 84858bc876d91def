"""Which words of a sentence assert nothing: negated, hypothetical, compared, depicted, asked or quoted."""

from __future__ import annotations

import json
import re
from functools import cache
from pathlib import Path

_CUES = json.loads((Path(__file__).parents[2] / "assets" / "negation.json").read_text(encoding="utf-8"))

_ENDS = frozenset('.!;:()"“”—–\n')
_VERBS = frozenset(_CUES["verbs"])
_PLACES = frozenset(_CUES["places"])
_VIEWS = frozenset(_CUES["views"])
_STOPS = frozenset(_CUES["stops"])
_PERCEPTION = frozenset(_CUES["perception"])
_MEMBERS = frozenset(_CUES["members"])
_TEXT = frozenset(_CUES["text"])
_MODALS = frozenset(["could", "would", "might", "may", "should"])
_NEW_CLAUSE = frozenset(
    [
        "there",
        "it",
        "he",
        "she",
        "they",
        "i",
        "you",
        "we",
        "the",
        "this",
        "that",
        "his",
        "her",
        "its",
        "their",
        "only",
        "just",
        "instead",
        "then",
        "one",
        "two",
        "three",
        "several",
        "some",
        "many",
        "which",
        "who",
        "where",
        "what",
    ]
)
_LIST_MARKS = frozenset(["or", "nor", "such", "including", "like"])
_ARTICLES = frozenset(["a", "an", "another", "the", "his", "her", "their", "its"])
_LINKS = frozenset(["of", "or", "nor", "and", ",", "like", "as", "such", "for", "including", "than"])

_VERB_NOT = (
    r"(?:(?:is|are|was|were|do|does|did|can|could|has|have|will|would|seem|seems)(?:n't| not| never| nowhere)"
    r"|(?:ca|wo)n't|cannot)"
)
_ABSENT = re.compile(
    rf"\b(?:{_VERB_NOT}(?: (?!fully|entirely|clearly|completely|wholly|totally)[a-z]+ly| even| at all| to"
    rf"| really| be| been| currently)* (?:{'|'.join(_CUES['absent'])}|(?:in|on|within) (?:the|this|that|any) "
    rf"(?:given |whole |entire )?(?:{'|'.join(_CUES['views'])}))\b"
    r"(?! to be (?!seen|found|present|visible|in\b))"
    r"|(?:is|are|was|were|seems?(?: to be)?|appears?(?: to be)?|remains?)(?: [a-z]+ly| notably)?"
    r" (?:absent|missing(?! (?:a|an|the|its|his|her|their|one|some)\b)|nowhere|lacking|unseen"
    r"|nonexistent|left out|out of (?:sight|frame|view|shot))"
    r"|(?:is|are) (?:something|(?:an|one) (?:object|item)|a thing|one thing)(?: [a-z]+){1,6}(?:n't| not| never| lacks?)"
    r"|(?:found|see|saw|spot|spotted|are|is|contains|has|with) none)\b"
)


@cache
def _table() -> dict[str, list[tuple[tuple[str, ...], str]]]:
    table: dict[str, list[tuple[tuple[str, ...], str]]] = {}
    for kind in ("exception", "clause", "phrase", "hypothetical", "simile", "depiction"):
        for cue in _CUES[kind]:
            parts = tuple(cue.split())
            table.setdefault(parts[0], []).append((parts, kind))
    for cues in table.values():
        cues.sort(key=lambda cue: -len(cue[0]))
    return table


@cache
def _first_words() -> frozenset[str]:
    """Words without one of which a sentence asserts everything it names."""
    return frozenset(
        [
            *_table(),
            "?",
            '"',
            "“",
            "”",
            "absent",
            "missing",
            "lacking",
            "unseen",
            "nonexistent",
            "left",
            "out",
        ]
    )


def silent(sentence: list[str]) -> list[str]:
    """For every lower-case word of one sentence, why it asserts nothing, or "" when it is asserted.

    The reasons are "negated", "hypothetical", "compared", "depicted", "asked" and "quoted". Scopes are those
    of English: a bare "no" or "without" reaches to the end of its noun phrase or list, "not" to the end of
    its clause, a simile covers its one object; "but", "only" and the start of a new clause end them all.
    """
    if _first_words().isdisjoint(sentence) and not any(word.endswith("n't") for word in sentence):
        return [""] * len(sentence)
    if sentence[-1] == "?":
        return ["asked"] * len(sentence)
    reasons = [""] * len(sentence)
    _mark_quotes(sentence, reasons)
    index = 0
    while index < len(sentence):
        index += _mark_cue(sentence, index, reasons)
    _mark_absent(sentence, reasons)
    return reasons


def _mark_cue(sentence: list[str], index: int, reasons: list[str]) -> int:
    """Mark what the cue at `index` reaches, if there is one; gives the number of words read."""
    length, kind = _cue(sentence, index)
    start = index + length
    if kind in ("clause", "phrase"):
        end = _scope_end(sentence, index, start, phrase=kind == "phrase" and not _subject_no(sentence, index))
        _mark(reasons, start, end, "negated")
    elif kind == "hypothetical" and not _really_seen(sentence, index, start):
        whole = sentence[index] == "if"
        end = len(sentence) if whole else _scope_end(sentence, index, start, phrase=False)
        _mark(reasons, start, end, "hypothetical")
        if sentence[index] == "would":
            _mark(reasons, _clause_start(sentence, index), index, "hypothetical")
    elif kind == "simile" and _compares(sentence, index, start):
        _mark(reasons, start, _phrase_end(sentence, start), "compared")
    elif kind == "depiction" and not _this_image(sentence, index):
        _mark(reasons, start, _phrase_end(sentence, start), "depicted")
    return length


def _cue(sentence: list[str], index: int) -> tuple[int, str]:
    word = sentence[index]
    for parts, kind in _table().get(word, ()):
        if tuple(sentence[index : index + len(parts)]) == parts:
            return len(parts), kind
    if word.endswith("n't"):
        return 1, "clause"
    return 1, ""


def _mark(reasons: list[str], start: int, end: int, reason: str) -> None:
    for index in range(start, end):
        reasons[index] = reasons[index] or reason


def _subject_no(sentence: list[str], index: int) -> bool:
    """Whether the "no" at `index` belongs to the subject: "No man is holding an umbrella"."""
    if sentence[index] not in ("no", "zero"):
        return False
    before = sentence[_clause_start(sentence, index) : index]
    return not any(
        word in _VERBS or word in _PLACES or word in ("see", "i", "find", "there's", "'s") for word in before
    )


def _scope_end(sentence: list[str], cue: int, start: int, phrase: bool) -> int:
    """Where the reach of the cue ends that stands before `start`."""
    if start < len(sentence) and sentence[start] == "," and sentence[cue] == "no":
        return start
    index = start
    while index < len(sentence):
        word = sentence[index]
        if word in _ENDS or (word in _STOPS and index > start) or _exclusion(sentence, index):
            return index
        if word == "," and not _list_goes_on(sentence, start, index):
            return index
        if word == "and" and not _and_goes_on(sentence, cue, index):
            return index
        if phrase and index > start and _leaves_phrase(sentence, cue, index):
            return index
        index += 1
    return index


def _exclusion(sentence: list[str], index: int) -> bool:
    return sentence[index] in ("other", "more", "else") and sentence[index + 1 : index + 2] == ["than"]


def _leaves_phrase(sentence: list[str], cue: int, index: int) -> bool:
    word = sentence[index]
    if word in _ARTICLES and sentence[index - 1] not in _LINKS:
        return True
    if word in _PLACES:
        return not _VIEWS.intersection(sentence[index + 1 : index + 4])
    bare = sentence[cue] == "without" or sentence[max(cue - 1, 0)] == "with"
    return word in _VERBS or (bare and word.endswith("ing") and sentence[index - 1] not in _ARTICLES)


def _list_goes_on(sentence: list[str], start: int, comma: int) -> bool:
    """Whether the scope reaches over this comma: "no dogs, cats or birds", "not, as it seems, a dog"."""
    if comma == start:
        return True
    after = sentence[comma + 1 :]
    if not after or after[0] in _LIST_MARKS:
        return bool(after)
    item = _item(after)
    if item and item[-1] in ("and", "or", "nor"):
        item = item[:-1]
    return bool(item) and len(item) <= 4 and item[0] not in _NEW_CLAUSE | _STOPS and not _has_verb(item)


def _item(after: list[str]) -> list[str]:
    for index, word in enumerate(after):
        if word in ("or", "nor", "and"):
            return after[: index + 1]
        if word == "," or word in _ENDS:
            return after[:index]
    return after


def _has_verb(item: list[str]) -> bool:
    return any(word in _VERBS or word in _PLACES for word in item)


def _and_goes_on(sentence: list[str], cue: int, index: int) -> bool:
    """Whether the scope reaches over this "and": "no dogs and cats", not "no dog and a cat sits there"."""
    after = sentence[index + 1 :]
    if not after or after[0] in _NEW_CLAUSE or after[0] in _VERBS:
        return False
    indefinite = after[0] in ("a", "an", "another")
    if indefinite and sentence[cue] == "no":
        return False
    if _subject_no(sentence, cue):
        return True
    rest = after[: next((i for i, word in enumerate(after) if word == "," or word in _ENDS), len(after))]
    return not any(word in _VERBS for word in rest)


def _really_seen(sentence: list[str], index: int, start: int) -> bool:
    """Whether the modal or "if" speaks of looking, which asserts: "one could also spot a dog"."""
    if sentence[index] not in _MODALS and sentence[index] != "if":
        return False
    return bool(_PERCEPTION.intersection(sentence[start : start + 4])) or sentence[start : start + 2] == [
        "you",
        "zoom",
    ]


def _compares(sentence: list[str], index: int, start: int) -> bool:
    """Whether a simile follows: not in "it looks like a dog is asleep" nor in "items like a cup"."""
    rest = sentence[start:]
    if sentence[index - 1 : index] == ["what"]:  # "there is what looks like a dog" says that it is one
        return False
    if not rest or rest[0] in ("there", "it", "he", "she", "they", "you"):
        return False
    if sentence[index] == "like" and (rest[0] not in ("a", "an", "one") or sentence[max(index - 1, 0)] in _MEMBERS):
        return False
    clause = rest[: next((i for i, word in enumerate(rest) if word == "," or word in _ENDS), len(rest))]
    return not (
        sentence[start - 1] == "like" and any(word in ("is", "are", "has", "have", "was") for word in clause[:6])
    )


def _this_image(sentence: list[str], index: int) -> bool:
    """Whether "an image of" means the picture itself, as captions begin."""
    return sentence[index] == "image" and index <= 5


def _phrase_end(sentence: list[str], start: int) -> int:
    """The end of one noun phrase that begins at `start`."""
    for index in range(start, len(sentence)):
        word = sentence[index]
        if word in _ENDS or word in _STOPS or word in (",", "and") or index - start > 5:
            return index
        if index > start and (word in _PLACES or word in _VERBS or word.endswith("ing")):
            return index
    return len(sentence)


def _clause_start(sentence: list[str], index: int) -> int:
    """Where the clause begins that `index` stands in; a comma before an "or" list does not begin one."""
    listed = False
    for before in range(index - 1, -1, -1):
        word = sentence[before]
        listed = listed or word in ("or", "nor", "and")
        if word in _ENDS or word in _STOPS or (word == "," and not listed):
            return before + 1
    return 0


def _mark_absent(sentence: list[str], reasons: list[str]) -> None:
    """Mark the subject of "is not visible", "are absent", "cannot be seen"; the whole of "found none"."""
    joined = " ".join(sentence)
    for match in _ABSENT.finditer(joined):
        index = joined.count(" ", 0, match.start())
        whole = match[0].endswith("none")
        _mark(reasons, 0 if whole else _clause_start(sentence, index), index, "negated")


def _mark_quotes(sentence: list[str], reasons: list[str]) -> None:
    """Mark what stands in quotes after "says", "reads" and the like."""
    opened: int | None = None
    for index, word in enumerate(sentence):
        if word in '"“”':
            if opened is None:
                opened = index
            else:
                if _TEXT.intersection(sentence[max(opened - 4, 0) : opened]):
                    _mark(reasons, opened, index, "quoted")
                opened = None


def denies(sentence: list[str]) -> bool:
    """Whether a sentence of an answer denies: it opens with "no" or holds any negator."""
    return any(
        word in ("no", "not", "nope", "never", "none", "nothing", "nowhere", "negative", "cannot", "neither")
        or word in ("nor", "absent", "missing", "lacks", "without", "false", "unable", "zero", "devoid", "free")
        or word in ("incorrect", "nobody", "lack", "unfortunately", "lacking", "fails", "unseen", "nah")
        or word.endswith("n't")
        for word in sentence
    )
