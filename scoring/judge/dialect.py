"""Which options of a request an endpoint takes for a model: learnt from its refusals, remembered by this process.

Models that reason want `max_completion_tokens` in place of `max_tokens` and refuse a temperature; some servers know
no `response_format` or no `seed`. What is refused is left out, or given its other name, from then on.
"""

from __future__ import annotations

import re
import threading
from collections.abc import Mapping

from scoring.json_types import JsonObject, Params

_RENAMED = {"max_tokens": "max_completion_tokens"}
_EXTRAS = ("response_format", "seed")
"""No answer is worse without them, so they go whatever the refusal says of them."""
_LEFT_OUT = (*_EXTRAS, "temperature", "max_tokens", "max_completion_tokens")
_UNKNOWN = re.compile(
    r"unsupported|not support|n[o']t (?:be )?(?:permitted|allowed|accepted|recogni[sz]ed)|unrecogni[sz]ed|unknown"
    r"|unexpected|extra_forbidden|invalid parameter|only the default|deprecated|max_completion_tokens' instead",
    re.IGNORECASE,
)
_WORD = re.compile(r"\w+")
_FORMAT_WORDS = re.compile(r"response_format|json_schema|structured output|guided", re.IGNORECASE)
_LIMIT = re.compile(r"context length|too (?:large|long|high|small|low)|at (?:least|most)|maximum", re.IGNORECASE)

OptionChange = tuple[str, str]
"""An option and its other name; "" leaves it out."""


class Dialect:
    """What one endpoint was found to take for one model. May be used from several threads."""

    def __init__(self) -> None:
        self._changes: dict[str, str] = {}
        self._mutex = threading.Lock()
        self.answered = False
        """Whether a request with everything that is sent now has been answered."""

    def adapted(self, options: Params) -> Params:
        """Gives the options their names in this dialect.

        Args:
            options: What is to be sent.

        Returns:
            The options without what the endpoint refused.
        """
        with self._mutex:
            changes = dict(self._changes)
        return changed(options, changes)

    def learn(self, changes: Mapping[str, str]) -> None:
        """Remembers changes with which a request was answered.

        Args:
            changes: Options and their other names.
        """
        with self._mutex:
            self._changes |= changes
            self.answered = True


_DIALECTS: dict[tuple[str, str], Dialect] = {}


def of(base_url: str, model: str) -> Dialect:
    """Gives what is known of an endpoint.

    Args:
        base_url: Its address.
        model: The model that is asked there.

    Returns:
        The same for all who ask that model.
    """
    return _DIALECTS.setdefault((base_url, model), Dialect())


def refused_option(options: Params, message: str, parameter: str, *, answered: bool) -> OptionChange | None:
    """Reads which option a refusal is about.

    Args:
        options: What was sent.
        message: Everything that the endpoint said.
        parameter: The option that it names in a field of its own; "" for none.
        answered: Whether the endpoint has answered such a request before: then only what it names is left out.

    Returns:
        The option and its other name, or None for a refusal that is about something else. One that names nothing
        before there was any answer may mean the newest option, `response_format`.
    """
    sent = [name for name in _LEFT_OUT if name in options]
    named = [name for name in sent if name == parameter] or [name for name in sent if _names(message, name)]
    for name in named:
        other = _RENAMED.get(name, "")
        if name in _EXTRAS or (_UNKNOWN.search(message) and not _LIMIT.search(message)):
            return name, other
    if named or answered or "response_format" not in options:
        return None
    return "response_format", ""


def _names(message: str, name: str) -> bool:
    if name == "response_format" and _FORMAT_WORDS.search(message):
        return True
    return name in _WORD.findall(message)


def changed(options: Params, changes: Mapping[str, str]) -> Params:
    """Gives options their other names.

    Args:
        options: What is to be sent.
        changes: Options and their other names, "" for what is left out.

    Returns:
        The options to send.
    """
    renamed: JsonObject = {}
    for name, value in options.items():
        target = name
        while target in changes:
            target = changes[target]
        if target:
            renamed[target] = value
    return renamed
