"""Homographs: whether a word that can name an object does so here."""

from __future__ import annotations

import json
from pathlib import Path

_LISTS = json.loads((Path(__file__).parents[2] / "assets" / "senses.json").read_text(encoding="utf-8"))
_HEADS = frozenset(_LISTS["heads"])
_VERBS = frozenset(_LISTS["verbs"])
_ADJECTIVES = frozenset(_LISTS["adjectives"])
_COLOURS = frozenset(_LISTS["colours"])
_FRUIT_CUES = frozenset(_LISTS["fruit_cues"])
_BESIDE_TO = frozenset(_LISTS["beside_to"])
_FUNCTION = frozenset(_LISTS["function"])
_BEDS = frozenset(_LISTS["beds"])
_SAUCES = frozenset(_LISTS["sauces"])
_FUR = frozenset(_LISTS["fur"])
_ANIMALS = frozenset(_LISTS["animals"])
_SHADES = frozenset(_LISTS["shades"])
_BASIC_COLOURS = frozenset(["red", "green", "yellow", "pink", "brown", "white", "blue", "purple", "orange"])
_DETERMINERS = frozenset(["the", "a", "an", "his", "her", "its", "their"])
_MODALS = frozenset("will would can could should must may might cannot they we you i not let let's".split())
_SINGULAR = frozenset(["bus", "tennis", "skis"])
_THINGS = frozenset(["crossing", "filling", "topping", "frosting"])
_MEANS_ONE = _DETERMINERS | frozenset(
    "one another each every this that some two three four five six seven eight nine ten lone single several".split()
)
"""Words of a noun phrase that make it one or more things: "a dog eating", but not "horse riding"."""
_NOUN_PHRASE = 4
_BODY = frozenset(
    """head heads face faces neck mouth eye eyes ear ears nose tail tails back body leg legs arm arms hand hands paws
    foot feet hair fur trunk tusks horns beak wings wing side shoulder lap stomach chest finger fingers knee""".split()
)
"""Whose parts are seen is seen: "a giraffe's head"."""
_GROUPS = frozenset(["children", "men", "women", "kid", "kids", "ladies"])
_HUMANS = frozenset(
    "someone somebody people persons person man woman men women children child kids kid boy girl boys girls".split()
)
_PRONOUNS = frozenset(["he", "she", "it", "who", "which"])


_HOLDERS = {"bed": _BEDS, "beds": _BEDS, "cup": _SAUCES, "cups": _SAUCES}
"""What no such thing is meant with: "a bed of flowers", "a cup of ketchup"."""
_VERB_ENDINGS = frozenset(["stands", "stops", "rests"])
_ONE = frozenset(["a", "an", "the", "one", "another", "this", "that", "lone", "single", "its", "his", "her", "their"])
_MANY_FOLLOW = frozenset(["are", "were", "have", "hold", "line", "and", ","])


def names_animal(sentence: list[str]) -> bool:
    """Whether a sentence names an animal, so that a coat in it may be fur."""
    return not _ANIMALS.isdisjoint(sentence)


def names_object(sentence: list[str], index: int, animal: bool) -> bool:
    """Tells whether a one-word name is a noun where it stands: not in "an orange cat", not in "to board a bus".

    Args:
        sentence: Lower-case words.
        index: Of the name.
        animal: What `names_animal` says of the sentence.

    Returns:
        True for a noun.
    """
    word = sentence[index]
    if word in _ADJECTIVES and _is_adjective(sentence, index):
        return False
    if word in _HOLDERS and sentence[index + 1 : index + 2] == ["of"]:
        return _HOLDERS[word].isdisjoint(sentence[index + 2 : index + 5])
    if word in ("coat", "coats") and animal and sentence[max(index - 1, 0)] in _FUR:
        return False
    if word == "leaves" and sentence[index + 1 : index + 2] and sentence[index + 1] in _DETERMINERS:
        return False
    return not (word in _VERBS and _is_verb(sentence, index))


def modifies(sentence: list[str], end: int) -> bool:
    """Tells whether a name only qualifies the next word: "bus stop", "a child's coat".

    Args:
        sentence: Lower-case words.
        end: Index of the word behind the name.

    Returns:
        True when the next word is what is spoken of.
    """
    if end >= len(sentence):
        return False
    if sentence[end] == "'s":
        if not _BODY.isdisjoint(sentence[end + 1 : end + 3]):
            return False
        return sentence[end - 1] in _GROUPS or sentence[max(end - 2, 0)] in ("a", "an")
    if sentence[end - 1] in _SHADES and sentence[end] in _BASIC_COLOURS:
        return True
    if sentence[end] not in _HEADS or sentence[end + 1 : end + 2] == ["like"]:
        return False
    if sentence[end] in ("free", "shaped", "themed"):
        return sentence[end + 1 : end + 2] != ["of"]
    if sentence[end - 1] in _HUMANS or (sentence[end - 1].endswith("s") and sentence[end - 1] not in _SINGULAR):
        return False
    takes_object = sentence[end + 1 : end + 2] and sentence[end + 1] in _DETERMINERS
    if sentence[end].endswith("ing") and (takes_object or sentence[end] not in _THINGS):
        return _MEANS_ONE.isdisjoint(sentence[max(end - _NOUN_PHRASE, 0) : end - 1])
    return not (sentence[end].endswith(("ed", "made", "drawn")) and _is_participle(sentence, end))


def _is_participle(sentence: list[str], index: int) -> bool:
    """Whether a participle says what was done to the noun before it: "a boat made of wood", no "horse drawn cart"."""
    return index + 1 >= len(sentence) or not sentence[index + 1][0].isalpha() or sentence[index + 1] in _FUNCTION


def may_head(word: str) -> bool:
    """Whether `word` right after another name can be its head: not in "behind the bench people wait"."""
    return word not in _HUMANS


def is_verb_after(noun: str, word: str) -> bool:
    """Tells whether a word is the verb of the subject before it: "a man skis", "people board".

    Args:
        noun: The subject's last word.
        word: The word right after it.

    Returns:
        True for a verb in the subject's number.
    """
    if word not in _VERBS:
        return False
    many = noun.endswith("s") or noun in ("people", "men", "women", "children")
    return many != word.endswith("s")


def ends_in_verb(sentence: list[str], index: int, end: int) -> bool:
    """Tells whether the last word of a name of several words is the verb of the first: "an umbrella stands".

    Args:
        sentence: Lower-case words.
        index: Of the name's first word.
        end: Index of the word behind the name.

    Returns:
        True for a verb.
    """
    if sentence[end - 1] not in _VERB_ENDINGS or (sentence[end : end + 1] and sentence[end] in _MANY_FOLLOW):
        return False
    return not _ONE.isdisjoint(sentence[max(index - 2, 0) : index])


def _is_verb(sentence: list[str], index: int) -> bool:
    before = sentence[index - 1] if index else ""
    if before == "to":
        return index < 2 or sentence[index - 2] not in _BESIDE_TO
    if before in _MODALS or before.endswith("n't"):
        return True
    if sentence[index].endswith("s"):
        return before in _PRONOUNS
    after = sentence[index + 1] if index + 1 < len(sentence) else ""
    return before.endswith("s") and not before.endswith(("ss", "'s")) and after in ("a", "an", "the", "no")


def _is_adjective(sentence: list[str], index: int) -> bool:
    before = sentence[index - 1] if index else ""
    after = sentence[index + 1] if index + 1 < len(sentence) else "."
    if sentence[index] == "orange" and _is_colour(sentence, index, before, after):
        return True
    if not after[0].isalpha() or after in _FUNCTION:
        return False
    article = before in ("a", "an", "one", "another", "lone", "single", "solitary")
    verb_like = (after.endswith("s") and not after.endswith(("ss", "us"))) or after.endswith("ing")
    return not (article and verb_like)


def _is_colour(sentence: list[str], index: int, before: str, after: str) -> bool:
    """Whether "orange" followed by no noun is the colour: "in bright orange", "black and orange"."""
    if after in ("and", "or", ",", "-") and sentence[index + 2 : index + 3] and sentence[index + 2] in _COLOURS:
        return True
    if before in ("and", "or", ",") and index >= 2:
        return sentence[index - 2] in _COLOURS
    return before in _COLOURS and before not in _FRUIT_CUES
