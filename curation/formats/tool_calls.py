"""Calls of tools as text, which every format that knows them writes otherwise.

A message of the role `call` holds JSON: `{"name": "zoom", "arguments": {...}}`, or a list of such calls.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Sequence

import orjson

from curation.formats.conversation import Message
from scoring.json_types import JsonObject


def parsed(text: str) -> list[JsonObject] | None:
    """The calls that a message's text makes, each with name and arguments; None where it is no JSON of calls."""
    try:
        value = orjson.loads(text)
    except orjson.JSONDecodeError:
        return None
    calls = value if isinstance(value, list) else [value]
    are_calls = bool(calls) and all(isinstance(call, dict) and isinstance(call.get("name"), str) for call in calls)
    return calls if are_calls else None


def of_openai(listed: object) -> str:
    """The text of a message's `tool_calls`, "" where they are none."""
    calls = [
        {"name": function.get("name"), "arguments": _unpacked(function.get("arguments"))}
        for entry in (listed if isinstance(listed, list) else [])
        if isinstance(entry, dict) and isinstance(function := entry.get("function", entry), dict)
    ]
    return orjson.dumps(calls[0] if len(calls) == 1 else calls).decode() if calls else ""


def to_openai(calls: Sequence[JsonObject], first: int) -> list[JsonObject]:
    """Writes calls as `tool_calls`, named from `call_FIRST` on; their arguments are JSON in a text."""
    return [
        {
            "id": f"call_{first + index}",
            "type": "function",
            "function": {"name": call["name"], "arguments": _packed(call.get("arguments", {}))},
        }
        for index, call in enumerate(calls)
    ]


def one_each(messages: Iterable[Message]) -> tuple[Message, ...]:
    """Messages with one call each, for formats that know no lists of calls."""
    messages = tuple(messages)
    if "call" not in [message.role for message in messages]:
        return messages
    single: list[Message] = []
    for message in messages:
        calls = parsed(message.text) if message.role == "call" else None
        texts = [orjson.dumps(call).decode() for call in calls] if calls and len(calls) > 1 else [message.text]
        single += [message._replace(text=text) for text in texts]
    return tuple(single)


def joined(messages: Iterable[Message]) -> tuple[Message, ...]:
    """Messages in which calls that follow each other are one message, and so their results."""
    combined: list[Message] = []
    for role, group in itertools.groupby(messages, key=lambda message: message.role):
        same = list(group)
        if role == "call" and len(same) > 1 and all(parsed(message.text) for message in same):
            calls = [call for message in same for call in parsed(message.text) or ()]
            same = [Message("call", orjson.dumps(calls).decode())]
        elif role == "tool":
            same = [Message("tool", "\n".join(message.text for message in same))]
        combined += same
    return tuple(combined)


def _unpacked(arguments: object) -> object:
    if not isinstance(arguments, str):
        return {} if arguments is None else arguments
    try:
        return orjson.loads(arguments)
    except orjson.JSONDecodeError:
        return arguments


def _packed(arguments: object) -> str:
    return arguments if isinstance(arguments, str) else orjson.dumps(arguments).decode()
