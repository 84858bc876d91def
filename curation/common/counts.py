"""Numbers with their nouns, as sentences have them."""

from __future__ import annotations


def counted(number: int, noun: str, one_verb: str = "", verb: str = "", *, plural: str = "") -> str:
    """Writes a number with its noun and verb: "1 sample is", "2,000 samples are".

    Args:
        number: How many.
        noun: The noun in the singular.
        one_verb: The verb after one of them; "" for none.
        verb: The verb after any other number.
        plural: The noun's plural where it does not just take an s.

    Returns:
        The words without a blank around them.
    """
    words = f"{number:,} {noun}" if number == 1 else f"{number:,} {plural or noun + 's'}"
    return f"{words} {one_verb if number == 1 else verb}" if verb else words
