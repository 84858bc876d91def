"""Takes a key out of text that an endpoint sent: the endpoint knows the key and may send it back in any form."""

from __future__ import annotations

import base64
import re
from functools import lru_cache

MASK = "***"
SHORT = 8
"""A key below this length is a placeholder such as "none" more often than a secret: it goes as a whole word only."""


def without_key(text: str, key: str) -> str:
    """Masks every form of the key in a text.

    Forms are: as it is, percent-encoded, with JSON or HTML escapes, also in part; base64, of the key or of text with
    the key in it, as in `Bearer KEY`; hexadecimal.

    Args:
        text: What an endpoint sent.
        key: The key; "" masks nothing.

    Returns:
        The text with MASK in place of the key.
    """
    return _forms(key).sub(MASK, text) if key else text


@lru_cache(maxsize=8)
def _forms(key: str) -> re.Pattern[str]:
    spelled = "".join(_spellings(character, is_first=index == 0) for index, character in enumerate(key))
    if len(key) < SHORT:
        return re.compile(rf"(?<!\w){spelled}(?!\w)")
    encoded = [re.escape(form) for form in sorted(_encoded(key.encode()), key=len, reverse=True)]
    hexadecimal = f"(?i:{key.encode().hex()})"
    return re.compile("|".join((spelled, hexadecimal, *(f"[A-Za-z0-9+/_-]{{0,3}}{form}={{0,2}}" for form in encoded))))


def _spellings(character: str, *, is_first: bool) -> str:
    """A pattern of the ways to write one character in an address, in JSON and in HTML.

    Of many backslashes the first character of the key takes all or none, so that each is looked at once.
    """
    backslashes = r"(?<!\\)\\++" if is_first else r"\\++"
    percent = "".join(f"%{byte:02x}" for byte in character.encode())
    number = ord(character)
    escapes = rf"(?i:{percent}|{backslashes}u{number:04x}|&#0*{number};|&#x0*{number:x};)"
    return (
        rf"(?:{re.escape(character)}|{escapes}|\\{re.escape(character)})"
        if character in '/"\\'
        else (rf"(?:{re.escape(character)}|{escapes})")
    )


def _encoded(key: bytes) -> set[str]:
    """What base64 makes of the key behind any number of other bytes, less what depends on its neighbours."""
    forms = set()
    for before in range(3):
        first, last = -(-before * 8 // 6), (before + len(key)) * 8 // 6
        for encode in (base64.b64encode, base64.urlsafe_b64encode):
            forms.add(encode(bytes(before) + key).decode()[first:last])
    return forms
