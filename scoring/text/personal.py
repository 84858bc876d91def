"""Personal data in a text, by the form that it has: e-mail, phone, payment card, IBAN, postal address."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

EMAIL = re.compile(r"(?<![\w.+-])[\w+-][\w.+-]{0,63}@(?:[\w-]{1,63}\.){1,4}[A-Za-z]{2,24}(?![\w-])")
CARD = re.compile(r"(?<![\w.-])\d(?:[ -]?\d){12,18}(?![\w-])")
IBAN = re.compile(r"(?<!\w)[A-Z]{2}\d{2}(?: ?[A-Z0-9]{4}){2,7}(?: ?[A-Z0-9]{1,4})?(?!\w)")
PHONE = re.compile(
    r"(?<![\w.+-])(?:\+\d{1,3}[ .-]?)?(?:\(\d{1,5}\)[ .-]?)?\d{1,5}(?:[ .-]\d{2,8}){1,4}(?![\w%-]|[.,]\d)"
    r"|(?<![\w.+-])\+\d{8,15}(?!\w)"
)
_STREET = "Street|St|Avenue|Ave|Road|Rd|Boulevard|Blvd|Lane|Ln|Drive|Dr|Court|Ct|Square|Sq|Terrace|Way|Place|Pl|Parkway"
_NUMBER_AND_STREET = rf"(?<!\w)\d{{1,5}}[A-Za-z]? (?:[A-Z][a-z]{{1,20}} ){{1,3}}(?:{_STREET})\b\.?"
ADDRESSES = (
    re.compile(rf"{_NUMBER_AND_STREET},? [A-Z]?[^\n]{{0,40}}?\b(?:[A-Z]{{2}} )?\d{{5}}(?:-\d{{4}})?\b"),
    re.compile(rf"{_NUMBER_AND_STREET},(?: [A-Z][a-z]{{1,20}}){{1,3}}"),
    re.compile(
        r"(?<!\w)[A-ZÄÖÜ][a-zäöüß]{2,20}(?:straße|strasse|str\.|weg|platz|gasse|allee) \d{1,4}[a-z]?, ?"
        r"\d{5} [A-ZÄÖÜ][a-zäöüß]{2,30}"
    ),
    re.compile(r"(?<!\w)\d{1,4},? (?:rue|avenue|boulevard|place) [^\n,]{3,40}, ?\d{5} [A-ZÉ][\wé-]{2,30}"),
)
PHONE_WORDS = re.compile(r"(?i)\b(?:phone|tel|call|mobile|cell|fax|whatsapp|contact)\b|☎|📞")
NEAR = 30
"""Characters before a number within which a word may say that it is a phone's."""
PHONE_DIGITS = range(8, 16)


class PersonalData(NamedTuple):
    """Characters of a text that look like personal data, and of which kind."""

    kind: str
    start: int
    end: int


def find(text: str) -> list[PersonalData]:
    """Finds personal data by form.

    A card's digits have Luhn's check digit and an IBAN that of ISO 13616, so that other long numbers are left alone. A
    phone number has a country's or an area's code in its usual form, or a word beside it that says so.

    Args:
        text: Any text.

    Returns:
        What was found, in the order of the text; a character counts once.
    """
    separate: list[PersonalData] = []
    for match in _all(text):
        if not any(match.start < other.end and other.start < match.end for other in separate):
            separate.append(match)
    return sorted(separate, key=lambda match: match.start)


def _all(text: str) -> Iterator[PersonalData]:
    """Everything of every kind, the surest kinds first."""
    if "@" in text:
        yield from (PersonalData("e-mail address", *match.span()) for match in EMAIL.finditer(text))
    if not any(character.isdigit() for character in text):
        return
    yield from (
        PersonalData("IBAN", *match.span()) for match in IBAN.finditer(text) if _iban(match[0].replace(" ", ""))
    )
    yield from (
        PersonalData("card number", *match.span())
        for match in CARD.finditer(text)
        if _luhn(re.sub(r"\D", "", match[0]))
    )
    for pattern in ADDRESSES:
        yield from (PersonalData("postal address", *match.span()) for match in pattern.finditer(text))
    yield from (PersonalData("phone number", *match.span()) for match in PHONE.finditer(text) if _phone(text, match))


def _luhn(digits: str) -> bool:
    """Whether a number of 13 to 19 digits that begins as cards do has Luhn's check digit."""
    if digits[0] not in "3456" or len(set(digits)) < 2:
        return False
    doubled = [int(digit) * (2 if position % 2 else 1) for position, digit in enumerate(reversed(digits))]
    return sum(value - 9 if value > 9 else value for value in doubled) % 10 == 0


def _iban(characters: str) -> bool:
    """ISO 13616: the first four characters moved to the end, letters as numbers from 10, modulo 97 is 1."""
    if not 15 <= len(characters) <= 34:
        return False
    return int("".join(str(int(character, 36)) for character in characters[4:] + characters[:4])) % 97 == 1


def _phone(text: str, match: re.Match[str]) -> bool:
    number = match[0]
    digits = sum(character.isdigit() for character in number)
    if digits not in PHONE_DIGITS and not (
        digits == 7 and PHONE_WORDS.search(text[max(0, match.start() - NEAR) : match.start()])
    ):
        return False
    if number[0] in "+(":
        return True
    if PHONE_WORDS.search(text[max(0, match.start() - NEAR) : match.start()]):
        return True
    groups = re.split(r"[ .-]", number)
    return (
        digits == 10 and [len(group) for group in groups] == [3, 3, 4] and len(set(re.sub(r"[^ .-]", "", number))) == 1
    )
