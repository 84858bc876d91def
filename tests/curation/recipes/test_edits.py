"""A turn that is dropped goes with the calls of tools that it made, whatever format the row is in."""

from __future__ import annotations

import json
from typing import Any

import pytest

from curation.formats import registry
from curation.formats.conversation import Conversation, Message
from curation.recipes import edits
from curation.recipes.edits import TurnEdit

CALL = json.dumps({"name": "zoom", "arguments": {"box": [1, 2]}})
TALK = (
    Message("user", "<image>\nWhat is it?"),
    Message("call", CALL),
    Message("tool", "A closer look."),
    Message("assistant", "A cup."),
    Message("user", "And here?"),
    Message("assistant", "A cat."),
)
WITH_CALLS = [name for name, known in registry.writers().items() if "call" in known.roles]


def _read(name: str, row: str) -> list[tuple[str, str]]:
    known = registry.named(name)
    return [(message.role, message.text.strip()) for message in known.read(known.parse(row)).messages]


@pytest.mark.parametrize("name", WITH_CALLS)
def test_drop__of_the_turn_that_called_a_tool__takes_call_and_result_along(name: str) -> None:
    writer = registry.named(name)
    assert writer.write is not None
    (row,) = writer.write(Conversation("1", TALK, ("a.png",), tools="[]"), ("a.png",))
    dropped = edits.apply(json.dumps(row), {0: TurnEdit(drop=True)}, name)
    roles = [role for role, _ in _read(name, dropped) if role != "system"]
    assert roles == ["user", "assistant"]
    assert "zoom" not in json.dumps(json.loads(dropped).get("messages", dropped))
    assert "A closer look." not in dropped
    kept = edits.apply(json.dumps(row), {1: TurnEdit(drop=True)}, name)
    assert [role for role, _ in _read(name, kept) if role != "system"] == ["user", "call", "tool", "assistant"]


def test_drop__of_a_response_that_called_a_tool_while_it_spoke__takes_the_result_along() -> None:
    call = {"id": "1", "type": "function", "function": {"name": "zoom", "arguments": "{}"}}
    row: dict[str, Any] = {
        "messages": [
            {"role": "user", "content": "What is it?"},
            {"role": "assistant", "content": "Let me look.", "tool_calls": [call]},
            {"role": "tool", "tool_call_id": "1", "content": "A closer look."},
            {"role": "assistant", "content": "A cup."},
        ]
    }
    dropped = json.loads(edits.apply(json.dumps(row), {0: TurnEdit(drop=True)}, "openai"))
    assert dropped["messages"] == [{"role": "assistant", "content": "A cup."}]


def test_drop__last_turn_with_a_call_that_nobody_answered() -> None:
    row = {"messages": [{"role": "user", "content": "a"}, {"role": "assistant", "content": "b"}]}
    row["messages"] += [{"role": "user", "content": "c"}, {"role": "tool_call", "content": CALL}]
    dropped = json.loads(edits.apply(json.dumps(row), {1: TurnEdit(drop=True)}, "swift"))
    assert [message["content"] for message in dropped["messages"]] == ["a", "b"]
