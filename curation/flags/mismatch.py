"""Which sentence of a response fits its picture least."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from curation.flags.claims import Claim
from scoring.text import sentences
from storage.rows import StoredRow


@dataclass(frozen=True)
class Sentence:
    """Characters of a response from `start` up to `end`, and why they were chosen."""

    start: int
    end: int
    text: str
    why: str


def worst_sentence(response: str, flag: StoredRow, claims: Sequence[Claim]) -> Sentence | None:
    """Finds the sentence that the flag points at, else the one with the smallest share of supported claims.

    Args:
        response: Text of the response.
        flag: The flag's columns.
        claims: Claims of the sample, on any of its turns.

    Returns:
        The sentence; None where the flag points at none and no sentence claims anything.
    """
    if flag["start_char"] is not None:
        start, end = int(flag["start_char"]), int(flag["end_char"])
        score = "" if flag["score"] is None else f" of all sentences, {flag['score']:.1f}"
        return Sentence(start, end, response[start:end], f"Its score is the lowest{score}.")
    rated = []
    for start, end in sentences.spans(response):
        inside = [claim for claim in claims if claim.turn == flag["turn_index"] and start <= claim.start < end]
        if inside:
            borne = sum(claim.tone in ("supported", "dismissed") for claim in inside)
            rated.append((borne / len(inside), -len(inside), start, end, borne))
    if not rated:
        return None
    _, fewer, start, end, borne = min(rated)
    return Sentence(start, end, response[start:end], f"{borne} of {-fewer} objects that it names are known.")
