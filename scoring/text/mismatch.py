"""Whether a response describes another picture than the one it belongs to."""

from __future__ import annotations

from functools import lru_cache

from scoring.item import Evidence, TurnItem
from scoring.text import content, mentions, support
from scoring.text.mentions import Mention


@lru_cache(maxsize=4096)
def caption_stems(evidence: Evidence) -> frozenset[str]:
    """The content words of all captions and annotated class names, in base form."""
    return frozenset(stem for text in (*evidence.captions, *evidence.objects) for stem in content.stems(text))


def describes_another_picture(item: TurnItem, claims: list[Mention]) -> bool:
    """Whether the response is a description that shares nothing with the evidence and contradicts it.

    It must name at least one object that the annotators looked for and did not find, none that the evidence
    bears out, and no content word of the captions. An answer about an object that the question names is
    never a description; nor is a text without evidence.
    """
    evidence = item.sample.evidence
    if evidence is None or not (evidence.objects or evidence.captions) or not claims:
        return False
    facts = support.known(evidence)
    verdicts = [support.verdict(mention, facts) for mention in claims]
    if "unsupported" not in verdicts or "supported" in verdicts:
        return False
    if any(content_stem in caption_stems(evidence) for content_stem in content.stems(item.turn.response)):
        return False
    return not _answers(item, claims)


def _answers(item: TurnItem, claims: list[Mention]) -> bool:
    """Whether the response speaks of what the instruction names, or is a bare yes or no."""
    names = support.words_of(item.sample.evidence)
    asked = {reading for mention in mentions.find(item.turn.instruction, names) for reading in mention.readings}
    if any(not asked.isdisjoint(mention.readings) for mention in claims):
        return True
    first = content.words.words(item.turn.response)[:1]
    return first in (["yes"], ["no"])
