"""The language of a text: by its script where that tells, else by a model of letter sequences; unknown when unsure."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import cache
from typing import TYPE_CHECKING, NamedTuple

from scoring.text import markup

if TYPE_CHECKING:
    from py3langid.langid import LanguageIdentifier

UNKNOWN = "unknown"
LONGEST = 200
"""Characters that are looked at: more of a text says little more, and takes longer."""
LEAST_LETTERS = 8
"""Letters from which on a text in a script of many languages has a language of its own."""
SURE = 0.4
"""Least probability of the likeliest language."""
SURE_OF_BULGARIAN = 0.82
"""Below it a text is Russian, which is far more frequent and which the letter sequences easily take for it."""
SURE_OF_HAN = 0.7
"""A few Han letters are Chinese, unless Japanese stands beside them."""
DENSE = {"Kana": 3, "Han": 3, "Hangul": 2, "Thai": 2}
"""How many Latin letters a letter of these scripts stands for."""

SCRIPTS: dict[str, str] = {
    "Kana": r"\u3040-\u30ff\uff66-\uff9f",
    "Han": r"\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff",
    "Hangul": r"\u1100-\u11ff\u3130-\u318f\uac00-\ud7af",
    "Cyrillic": r"\u0400-\u052f",
    "Arabic": r"\u0620-\u064a\u066e-\u06d3\u06fa-\u06ff\u0750-\u077f\ufb50-\ufdff\ufe70-\ufefc",
    "Hebrew": r"\u05d0-\u05ea",
    "Devanagari": r"\u0904-\u0939\u0958-\u0961",
    "Bengali": r"\u0985-\u09b9",
    "Gurmukhi": r"\u0a05-\u0a39",
    "Gujarati": r"\u0a85-\u0ab9",
    "Tamil": r"\u0b85-\u0bb9",
    "Telugu": r"\u0c05-\u0c39",
    "Kannada": r"\u0c85-\u0cb9",
    "Malayalam": r"\u0d05-\u0d39",
    "Sinhala": r"\u0d85-\u0dc6",
    "Thai": r"\u0e01-\u0e2e\u0e40-\u0e44",
    "Lao": r"\u0e81-\u0eae\u0ec0-\u0ec4",
    "Burmese": r"\u1000-\u102a",
    "Georgian": r"\u10a0-\u10ff",
    "Armenian": r"\u0531-\u0587",
    "Khmer": r"\u1780-\u17b3",
    "Ethiopic": r"\u1200-\u137f",
    "Greek": r"\u0370-\u03ff\u1f00-\u1fff",
}
"""Letters of each script that is not Latin, as they stand between the brackets of a regular expression."""

_ONE_LANGUAGE = {
    "Kana": "ja", "Han": "zh", "Hangul": "ko", "Hebrew": "he", "Bengali": "bn", "Gurmukhi": "pa", "Gujarati": "gu",
    "Tamil": "ta", "Telugu": "te", "Kannada": "kn", "Malayalam": "ml", "Sinhala": "si", "Thai": "th", "Lao": "lo",
    "Burmese": "my", "Georgian": "ka", "Armenian": "hy", "Khmer": "km", "Ethiopic": "am", "Greek": "el",
}  # fmt: skip
_LANGUAGES = {
    "Latin": "en de fr es it pt nl sv no da fi pl cs sk sl hr ro hu tr az vi id ms tl sw et lv lt sq eu ca is ga cy eo",
    "Cyrillic": "ru bg",
    "Arabic": "ar fa ur ps ug",
    "Devanagari": "hi mr ne",
}
"""Languages that are told apart within a script that many share, as ISO 639 codes."""

_TELLING = (
    (re.compile("[јљњџђћќѓѕ]", re.IGNORECASE), "sr mk"),
    (re.compile("[әғқңөұүһ]", re.IGNORECASE), "kk ky mn tt"),
    (re.compile("[ў]", re.IGNORECASE), "be"),
    (re.compile("[іїєґ]", re.IGNORECASE), "uk be"),
    (re.compile("[ыэё]|ь(?!о)", re.IGNORECASE), "ru"),
)
"""Letters of Cyrillic that only some languages write; short texts of kindred languages are much alike otherwise."""

_LETTERS = {script: re.compile(f"[{letters}]") for script, letters in SCRIPTS.items()}
_LETTER = re.compile(r"[^\W\d_]")
_NO_WORDS = re.compile(r"(?:https?://|www\.)[^\s<>]+|`[^`\n]*`|[\w.+-]{1,64}@[\w-]{1,64}")


class TextLanguage(NamedTuple):
    """A text's language as an ISO 639 code, or UNKNOWN; how likely it is, 0 to 1; its script, "" without letters."""

    code: str
    confidence: float
    script: str


class TurnLanguages(NamedTuple):
    """The languages of a turn's two texts; a text too short to tell has that of both together."""

    instruction: TextLanguage
    response: TextLanguage


NO_TEXT = TextLanguage(UNKNOWN, 0.0, "")


def identify(text: str) -> TextLanguage:
    """Tells the language of a text.

    Args:
        text: Any text; markup, addresses and code in it are no words.

    Returns:
        The language; UNKNOWN where the script has many languages and the text is short or none of them is likely.
    """
    spoken = _NO_WORDS.sub(" ", markup.mask(text))[:LONGEST].strip()
    letters = len(_LETTER.findall(spoken))
    if not letters:
        return NO_TEXT
    script = "Latin" if spoken.isascii() else _script(spoken, letters)
    if script == "Han" and letters < LEAST_LETTERS:
        return TextLanguage("zh", SURE_OF_HAN, script)
    if script in _ONE_LANGUAGE:
        return TextLanguage(_ONE_LANGUAGE[script], 1.0, script)
    codes = _candidates(script, spoken)
    code, confidence = _identifier(codes).classify(spoken)
    if code == "bg" and confidence < SURE_OF_BULGARIAN:
        code = "ru"
    if letters < LEAST_LETTERS or confidence < SURE:
        return TextLanguage(UNKNOWN, confidence, script)
    return TextLanguage(code, min(1.0, confidence), script)


def of_turn(instruction: str, response: str) -> TurnLanguages:
    """Tells the languages of an instruction and its response.

    Args:
        instruction: The instruction.
        response: The response.

    Returns:
        Both; one that cannot be told by itself has that of both texts together, if its script is the same.
    """
    parts = TurnLanguages(identify(instruction), identify(response))
    if {part.code for part in parts} == {"zh", "ja"} and SURE_OF_HAN in (part.confidence for part in parts):
        return TurnLanguages(*(part._replace(code="ja") for part in parts))
    if all(part.code != UNKNOWN for part in parts):
        return parts
    together = identify(f"{instruction[:LONGEST]}\n{response[:LONGEST]}")
    return TurnLanguages(*(_or(part, together) for part in parts))


def known(language: TextLanguage, codes: Sequence[str]) -> bool:
    """Says whether a scorer of some languages can read a text.

    Args:
        language: The text's language.
        codes: The languages that the scorer knows, Latin ones.

    Returns:
        True for these, and for a text that may be one of them: one in their script too short to tell.
    """
    return language.code in codes or (language.code == UNKNOWN and language.script in ("", "Latin"))


def _or(part: TextLanguage, together: TextLanguage) -> TextLanguage:
    """What one text says, else what both say together; for a text without letters that of the other."""
    same = part.script in ("", together.script)
    return together if part.code == UNKNOWN and same else part


def _script(text: str, letters: int) -> str:
    """The script of most letters; Kana among Han is Japanese."""
    counts = {script: len(pattern.findall(text)) for script, pattern in _LETTERS.items()}
    counts["Latin"] = letters - sum(counts.values())
    weights = {script: count * DENSE.get(script, 1) for script, count in counts.items()}
    if counts["Kana"] and weights["Kana"] + weights["Han"] >= counts["Latin"]:
        return "Kana"
    return max(weights, key=lambda script: weights[script])


def _candidates(script: str, text: str) -> str:
    if script == "Cyrillic":
        return next((codes for letters, codes in _TELLING if letters.search(text)), _LANGUAGES[script])
    return _LANGUAGES[script]


@cache
def _identifier(codes: str) -> LanguageIdentifier:
    """The model of letter sequences, for some languages."""
    from py3langid.langid import MODEL_FILE, LanguageIdentifier

    identifier = LanguageIdentifier.from_model_file(MODEL_FILE, norm_probs=True)
    offered = set(identifier.labels)
    identifier.set_languages([code for code in codes.split() if code in offered])
    return identifier
