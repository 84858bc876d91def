"""English around names of objects: articles, plurals, counts and lists."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache

from scoring.text import lexicon, words

NUMBERS = ("no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve")

_MASS = frozenset(
    "broccoli bread rice food fruit furniture grass gravel hair ice jewelry lettuce luggage meat mud paper pasta "
    "popcorn sand sky smoke snow soup spinach water wood equipment clothing cereal butter cheese corn".split()
)
_PLURAL = frozenset(
    "scissors skis glasses sunglasses goggles jeans pants shorts trousers tights headphones binoculars tongs pliers "
    "pajamas people men women children feet teeth leaves clothes stairs".split()
)
_ENDS_IN_S = ("ss", "us", "is", "lens", "canvas", "gas", "tennis", "asparagus", "series", "christmas")
_CAPITALS = {"tv": "TV", "dvd": "DVD", "cd": "CD", "suv": "SUV", "usb": "USB", "atm": "ATM", "frisbee": "frisbee"}
_SOUNDS_A = ("uni", "use", "usa", "usb", "uk", "ut", "eu", "one", "ufo")
_SOUNDS_AN = ("hour", "honest", "honour", "honor", "heir", "suv", "atm")
_CONSONANT_UNI = ("unin", "unim", "unid")


@lru_cache(maxsize=65_536)
def name(annotated: str) -> str:
    """A class name as people write it: "bat_(animal)" is "bat", "tv" is "TV"; "" when no word is left."""
    return " ".join(_CAPITALS.get(word, word) for word in lexicon.name_words(annotated))


def is_mass(noun: str) -> bool:
    """Whether it cannot be counted: broccoli, grass."""
    return _last(noun) in _MASS


def is_plural(noun: str) -> bool:
    """Whether the name is a plural already: scissors, trees."""
    last = _last(noun)
    return last in _PLURAL or (last.endswith("s") and not last.endswith(_ENDS_IN_S))


def is_countable(noun: str) -> bool:
    """Whether one, two, three of it can be said."""
    return not is_mass(noun) and not is_plural(noun)


def article(noun: str) -> str:
    """ "a" or "an", by sound."""
    first = noun.split(" ")[0].lower()
    if first.startswith(_SOUNDS_AN) or first.startswith(_CONSONANT_UNI):
        return "an"
    if first.startswith(_SOUNDS_A):
        return "a"
    return "an" if first[:1] in "aeiou" else "a"


def with_article(noun: str) -> str:
    """ "a dog", "an umbrella", "broccoli", "scissors"."""
    return f"{article(noun)} {noun}" if is_countable(noun) else noun


def plural(noun: str) -> str:
    """ "dogs", "people"; a name that has no plural stays."""
    if not is_countable(noun):
        return noun
    return noun + "s" if noun.endswith("TV") else words.plural(noun)


def counted(noun: str, count: int, singular: str = "") -> str:
    """Writes a number of objects in words: "three dogs"; for one, "a dog" or "one dog".

    Args:
        noun: The object's name in the singular.
        count: How many; digits above twelve.
        singular: Stands instead of the article when `count` is 1, such as "one" or "at least one".

    Returns:
        The phrase; "some" and the noun for what cannot be counted.
    """
    if not is_countable(noun):
        return f"some {noun}"
    if count == 1:
        return f"{singular} {noun}" if singular else with_article(noun)
    number = NUMBERS[count] if count < len(NUMBERS) else str(count)
    return f"{number} {plural(noun)}"


def be(noun: str, count: int = 1) -> str:
    """Chooses between "is" and "are".

    Args:
        noun: The subject's name in the singular, or a plural such as "scissors".
        count: How many of it there are.

    Returns:
        The verb's form.
    """
    return "are" if is_plural(noun) or (count != 1 and is_countable(noun)) else "is"


def listed(parts: Sequence[str], last: str = "and") -> str:
    """Joins parts as an English list: "a, b and c".

    Args:
        parts: One part or more.
        last: The word before the last part.

    Returns:
        The list as text.
    """
    return parts[0] if len(parts) == 1 else f"{', '.join(parts[:-1])} {last} {parts[-1]}"


def sentence(text: str) -> str:
    """The text with a capital at its start and a mark at its end."""
    stripped = " ".join(text.split())
    ended = stripped if stripped.endswith((".", "!", "?", '"')) else stripped.rstrip(" ,;:-") + "."
    return ended[:1].upper() + ended[1:]


def _last(noun: str) -> str:
    return noun.rpartition(" ")[2].lower()
