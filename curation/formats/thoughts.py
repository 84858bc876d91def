"""What a model thought, where a message has it in a member beside its content: `reasoning_content` or `reasoning`.

(https://api-docs.deepseek.com/guides/thinking_mode, and servers and templates that follow it.) Read, it stands between
`<think>` and `</think>` before the text, as other rows have it, so that it is shown and never scored as the answer.
"""

from __future__ import annotations

import re

from scoring.json_types import JsonObject

MEMBERS = ("reasoning_content", "reasoning", "thinking")
_OPENED, _CLOSED = "<think>", "</think>"
_THOUGHT = re.compile(r"<think>(?P<thought>.*?)</think>", re.DOTALL)


def before(message: JsonObject, text: str) -> str:
    """The text of a message after what was thought; alone where the message has no thought beside it."""
    name = _member(message)
    return f"{_OPENED}{message[name]}{_CLOSED}{text}" if name else text


def parted(message: JsonObject, text: str) -> tuple[JsonObject, str]:
    """Puts a thought back beside the content of a message.

    Args:
        message: Message as the row has it.
        text: Its new text, as `before` gives texts.

    Returns:
        The message with the thought that the text has, without the member where the text has none, and what follows.
    """
    name = _member(message)
    if not name:
        return message, text
    thought = _THOUGHT.match(text)
    if thought is None:
        return {key: value for key, value in message.items() if key != name}, text
    return {**message, name: thought["thought"]}, text[thought.end() :]


def _member(message: JsonObject) -> str:
    """The member that holds a thought; "" for none, and for a text that would end one early."""
    named = (name for name in MEMBERS if isinstance(message.get(name), str) and message[name].strip())
    return next((name for name in named if _CLOSED not in message[name]), "")
