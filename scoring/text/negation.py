"""Which words of a sentence assert nothing: negated, hypothetical, compared, depicted, asked or quoted."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

from scoring.text.scopes import ENDS, PLACES, STOPS, VERBS, Reasons, Scopes

_CUES = json.loads((Path(__file__).parents[2] / "assets" / "negation.json").read_text(encoding="utf-8"))

OPENING_WORDS = 5
"""Words of a sentence within which "an image of" means the picture itself."""
LONGEST_PHRASE = 5
"""Words of a noun phrase at most."""
_PERCEPTION = frozenset(_CUES["perception"])
_MEMBERS = frozenset(_CUES["members"])
_TEXT = frozenset(_CUES["text"])
_MODALS = frozenset(["could", "would", "might", "may", "should"])

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


@dataclass
class _Cues:
    """What a word may begin: by its second word the cues of several words with their kind, the longest first; and the
    kind of the word `alone`, or ""."""

    longer: dict[str, list[tuple[list[str], str]]] = field(default_factory=dict)
    alone: str = ""


@cache
def _table() -> dict[str, _Cues]:
    table: dict[str, _Cues] = {}
    for kind in ("exception", "clause", "phrase", "hypothetical", "simile", "depiction"):
        for cue in _CUES[kind]:
            parts = cue.split()
            cues = table.setdefault(parts[0], _Cues())
            if len(parts) == 1:
                cues.alone = cues.alone or kind
            else:
                cues.longer.setdefault(parts[1], []).append((parts, kind))
    for cues in table.values():
        for longer in cues.longer.values():
            longer.sort(key=lambda cue: -len(cue[0]))
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
    The time grows in proportion to the number of words, also where every word is a cue.
    """
    table = _table()
    cues = [index for index, word in enumerate(sentence) if word in table or word.endswith("n't")]
    if not cues and _first_words().isdisjoint(sentence):
        return [""] * len(sentence)
    if sentence[-1] == "?":
        return ["asked"] * len(sentence)
    reasons = Reasons(len(sentence))
    _mark_quotes(sentence, reasons)
    scopes = Scopes(sentence)
    read = 0
    for index in cues:
        if index >= read:  # the words of a cue are none of another one
            read = index + _mark_cue(sentence, index, scopes, reasons)
    _mark_absent(sentence, scopes, reasons)
    return reasons.words


def _mark_cue(sentence: list[str], index: int, scopes: Scopes, reasons: Reasons) -> int:
    """Mark what the cue at `index` reaches, if there is one; gives the number of words read."""
    length, kind = _cue(sentence, index)
    start = index + length
    if kind in ("clause", "phrase"):
        end = scopes.end(index, start, phrase=kind == "phrase" and not scopes.subject_no(index))
        reasons.mark(start, end, "negated")
    elif kind == "hypothetical" and not _really_seen(sentence, index, start):
        supposes_rest = sentence[index] == "if"
        end = len(sentence) if supposes_rest else scopes.end(index, start, phrase=False)
        reasons.mark(start, end, "hypothetical")
        if sentence[index] == "would":
            reasons.mark(scopes.clause_start(index), index, "hypothetical")
    elif kind == "simile" and _compares(sentence, index, start):
        reasons.mark(start, _phrase_end(sentence, start), "compared")
    elif kind == "depiction" and not _this_image(sentence, index):
        reasons.mark(start, _phrase_end(sentence, start), "depicted")
    return length


def _cue(sentence: list[str], index: int) -> tuple[int, str]:
    word = sentence[index]
    cues = _table().get(word)
    if cues:
        following = sentence[index + 1] if index + 1 < len(sentence) else ""
        for parts, kind in cues.longer.get(following, ()):
            if sentence[index : index + len(parts)] == parts:
                return len(parts), kind
        if cues.alone:
            return 1, cues.alone
    if word.endswith("n't"):
        return 1, "clause"
    return 1, ""


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
    following = sentence[start : start + 6]
    if sentence[index - 1 : index] == ["what"]:  # "there is what looks like a dog" says that it is one
        return False
    if not following or following[0] in ("there", "it", "he", "she", "they", "you"):
        return False
    if sentence[index] == "like" and (
        following[0] not in ("a", "an", "one") or sentence[max(index - 1, 0)] in _MEMBERS
    ):
        return False
    clause = following[: next((i for i, word in enumerate(following) if word == "," or word in ENDS), len(following))]
    return not (sentence[start - 1] == "like" and any(word in ("is", "are", "has", "have", "was") for word in clause))


def _this_image(sentence: list[str], index: int) -> bool:
    """Whether "an image of" means the picture itself, as captions begin."""
    return sentence[index] == "image" and index <= OPENING_WORDS


def _phrase_end(sentence: list[str], start: int) -> int:
    """The end of one noun phrase that begins at `start`."""
    for index in range(start, len(sentence)):
        word = sentence[index]
        if word in ENDS or word in STOPS or word in (",", "and") or index - start > LONGEST_PHRASE:
            return index
        if index > start and (word in PLACES or word in VERBS or word.endswith("ing")):
            return index
    return len(sentence)


def _mark_absent(sentence: list[str], scopes: Scopes, reasons: Reasons) -> None:
    """Mark the subject of "is not visible", "are absent", "cannot be seen"; the whole of "found none"."""
    joined = " ".join(sentence)
    index = before = 0
    for match in _ABSENT.finditer(joined):
        index += joined.count(" ", before, match.start())
        before = match.start()
        found_none = match[0].endswith("none")
        reasons.mark(0 if found_none else scopes.clause_start(index), index, "negated")


def _mark_quotes(sentence: list[str], reasons: Reasons) -> None:
    """Mark what stands in quotes after "says", "reads" and the like."""
    opened: int | None = None
    for index, word in enumerate(sentence):
        if word in '"“”':
            if opened is None:
                opened = index
            else:
                if _TEXT.intersection(sentence[max(opened - 4, 0) : opened]):
                    reasons.mark(opened, index, "quoted")
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
