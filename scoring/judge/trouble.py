"""What went wrong at an endpoint, in one sentence without the key, and whether waiting helps."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import TYPE_CHECKING

from scoring.json_types import Params
from scoring.judge import dialect
from scoring.judge.endpoint import Endpoint

if TYPE_CHECKING:
    import openai

_FORM_REFUSED = (400, 422)
_OUT_OF_CREDIT = ("insufficient_quota", "billing_hard_limit_reached")


class JudgeError(Exception):
    """The model gave no usable answer about this item."""


@dataclass(frozen=True, slots=True)
class Trouble:
    """`passing`: may be over after a pause of `wait` seconds (None: any). `closes`: no request can succeed.

    `away`: nobody answers at that address; if it lasts, no request can succeed either. `whole_text` is all that a
    refusal of the request's form says, `parameter` the option that it names.
    """

    text: str
    passing: bool = False
    wait: float | None = None
    closes: bool = False
    away: bool = False
    whole_text: str = field(default="", repr=False)
    parameter: str = ""

    def refused_option(self, options: Params, *, answered: bool) -> dialect.OptionChange | None:
        """Reads which option of a request is refused.

        Args:
            options: What was sent.
            answered: Whether the endpoint has answered such a request before.

        Returns:
            The option and its other name, or None where the trouble is another one.
        """
        return (
            dialect.refused_option(options, self.whole_text, self.parameter, answered=answered)
            if self.whole_text
            else None
        )


def read(error: Exception, endpoint: Endpoint) -> Trouble:
    """Reads what an exception of the `openai` package means.

    Args:
        error: The exception.
        endpoint: Where it came from; its key is taken out of the text.

    Returns:
        One sentence, and whether waiting helps.
    """
    import openai

    if isinstance(error, openai.APITimeoutError):
        return Trouble(f"{endpoint.host} did not answer in time.", passing=True)
    if isinstance(error, openai.APIConnectionError):
        return Trouble(f"{endpoint.host} cannot be reached.", passing=True, away=True)
    if isinstance(error, openai.APIStatusError):
        return _of_status(error, endpoint)
    return Trouble(f"{endpoint.host} answered something unreadable ({type(error).__name__}).", passing=True)


def _of_status(error: openai.APIStatusError, endpoint: Endpoint) -> Trouble:
    status = int(error.status_code)
    message = endpoint.redact(str(_message(error.body))).strip()[:200]
    sentence = f"{endpoint.host} answered {status}" + (f": {message}" if message else ".")
    if status in (401, 403):
        return Trouble(f"{endpoint.host} refuses the key (status {status}): check WINNOW_LLM_API_KEY.", closes=True)
    if status == 404:
        return Trouble(f'{endpoint.host} knows no model "{endpoint.model}" (status 404).', closes=True)
    if status == 429 and getattr(error, "code", None) in _OUT_OF_CREDIT:
        return Trouble(sentence, closes=True)
    if status in _FORM_REFUSED:
        whole_text = endpoint.redact(str(error.body or message or status))
        return Trouble(sentence, whole_text=whole_text, parameter=str(getattr(error, "param", None) or ""))
    passing = status in (408, 409, 429) or status >= 500
    return Trouble(sentence, passing=passing, wait=_wait(error.response.headers) if passing else None)


def _message(body: object) -> object:
    return body.get("message", "") if isinstance(body, dict) else body or ""


def _wait(headers: Mapping[str, str]) -> float | None:
    """Seconds of a Retry-After header, which holds a number or a date."""
    value = headers.get("retry-after")
    if value is None:
        return None
    try:
        return max(0.0, float(value))
    except ValueError:
        pass
    try:
        return max(0.0, (parsedate_to_datetime(value) - datetime.now(UTC)).total_seconds())
    except (ValueError, TypeError):
        return None
