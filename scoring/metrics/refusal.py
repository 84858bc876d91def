"""Responses that decline to answer."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from scoring.item import TurnItem
from scoring.metric import Batch, Flag, Metric, Result

METRIC = Metric(
    name="refusal",
    version="1",
    title="Refusal",
    principle="structure",
    subject="turn",
    range=(0.0, 1.0),
    unit="0 or 1",
    bad_when="high",
    suggested=(None, 0.0),
    flags=("refusal",),
)

_PATTERN = re.compile(
    r"""
      \b(?:i['’]?m|i\sam|we['’]?re|we\sare)\s(?:(?:very|so|really|truly|terribly)\s)?(?:sorry|afraid|unable|not\sable)\b
        [^.!?]{0,40}?\b(?:can(?:not|['’]t|\snot)|unable|not\sable|won['’]t|don['’]t\shave|couldn['’]t)\s(?!see\s(?:a|an|any|the)\s
        (?!image|picture|photo))\S+
    | \bi(?:['’]m|\sam)\s(?:unable|not\sable)\sto\s(?:assist|help|see\s(?:the|this|an?|any)\s(?:image|picture|photo)s?|view|access|process
        |analy[sz]e|provide|answer|fulfil+|comply|open|display|generate|create|identify\s(?:people|real|individuals))
    | \bi\s(?:can(?:not|['’]t|\snot)|could\snot|couldn['’]t|won['’]t|will\snot|must\sdecline\sto)\s(?:help|assist|comply|fulfil+|answer
        |provide|process|access|view|open|analy[sz]e|discuss|generate|create|complete|continue|engage|identify\s(?:people|real|individuals)
        |(?:directly\s|actually\s)?see\s(?:the|this|your|an?|any|or\sview)\s?(?:image|picture|photo|attach)\w*)
    | \bas\s(?:an?|a\slarge)\s(?:ai|artificial\sintelligence|language\smodel|text-based|machine\slearning|virtual\sassistant|assistant)\b
    | \bi['’]?(?:m|\sam)\s(?:just\s|only\s|merely\s)?an?\s(?:ai|(?:large\s)?language\smodel|text-based)\b
    | \bi\s(?:do\snot|don['’]t)\shave\s(?:the\s)?(?:ability|access|capability|permission)\b
    | \b(?:sorry|apologi[sz]e)[,.]?\s(?:but\s)?(?:there\sis\s|there['’]s\s)?(?:no\simage|the\simage\s(?:is\snot|isn['’]t|was\snot|could))
    | \b(?:no\simage\s(?:was|has\sbeen|is)\s(?:provided|attached|uploaded)|please\s(?:provide|upload|attach|share)\s(?:the|an?|your)\simage)
    | \b(?:this|your|that)\srequest\s(?:violates|goes\sagainst|cannot\sbe)\b
    | ^\s*(?:i['’]?m|i\sam)\ssorry[.!]?\s*$
    """,
    re.VERBOSE | re.IGNORECASE,
)

_QUOTE = re.compile(r"[\"“][^\"“”\n]*[\"”]")


def load(params: Mapping[str, Any]) -> None:
    """Nothing to load."""


def score(batch: Batch, model: None) -> list[Result]:
    """1 where a response declines or speaks of itself as a program, else 0.

    The first such phrase is flagged. What a person or a sign in the image says (in quotes), and what someone
    in the image cannot do, is no refusal.
    """
    return [_score(item) for item in batch.items if isinstance(item, TurnItem)]


def _score(item: TurnItem) -> Result:
    match = _PATTERN.search(_unquoted(item.turn.response))
    return Result(1.0, flags=(_flag(item, match),)) if match else Result(0.0)


def _unquoted(response: str) -> str:
    """The response with quotations blanked: a sign may well say that it is sorry."""
    return _QUOTE.sub(lambda match: " " * len(match[0]), response)


def _flag(item: TurnItem, match: re.Match[str]) -> Flag:
    return Flag(
        kind="refusal",
        reason=f'"{match[0].strip()}" declines to answer.',
        turn=item.turn.index,
        start=match.start(),
        end=match.end(),
        text=item.turn.response[match.start() : match.end()],
    )
