"""What a model thought, beside the content of its message: shown before the answer, and written again where it was."""

from __future__ import annotations

from typing import Any

import pytest

from curation.formats import registry
from curation.formats.conversation import pairs
from scoring.item import without_thought

ROWS: dict[str, dict[str, Any]] = {
    "swift": {
        "messages": [
            {"role": "user", "content": "What is it?"},
            {"role": "assistant", "content": "A dog.", "reasoning_content": "It has four legs."},
        ]
    },
    "openai": {
        "messages": [
            {"role": "user", "content": [{"type": "text", "text": "What is it?"}]},
            {"role": "assistant", "reasoning": "It has four legs.", "content": [{"type": "text", "text": "A dog."}]},
        ]
    },
    "llava": {
        "conversations": [
            {"from": "human", "value": "What is it?"},
            {"from": "gpt", "value": "A dog.", "reasoning_content": "It has four legs."},
        ]
    },
    "dialogue": {
        "dialogue": [
            {"speaker": "user", "utterance": "What is it?"},
            {"speaker": "assistant", "utterance": "A dog.", "reasoning_content": "It has four legs."},
        ]
    },
    "trl": {
        "prompt": [{"role": "user", "content": "What is it?"}],
        "completion": [{"role": "assistant", "content": "A dog.", "reasoning_content": "It has four legs."}],
    },
}


def _members(value: object) -> list[str]:
    """Every thought that a row has beside a content."""
    if isinstance(value, dict):
        here = [value[name] for name in ("reasoning_content", "reasoning") if name in value]
        return here + [thought for member in value.values() for thought in _members(member)]
    return [thought for entry in value for thought in _members(entry)] if isinstance(value, list) else []


@pytest.mark.parametrize("name", ROWS)
def test_thought__is_shown_before_the_answer_and_left_out_of_scoring(name: str) -> None:
    (turn,) = pairs(registry.named(name).read(ROWS[name]).messages)
    assert turn.response == "<think>It has four legs.</think>A dog."
    assert without_thought(turn.response).strip() == "A dog."


@pytest.mark.parametrize("name", ROWS)
@pytest.mark.parametrize(
    ("text", "thoughts", "answer"),
    [
        ("<think>It has four legs.</think>A cat.", ["It has four legs."], "A cat."),
        ("<think>It barks.</think>A dog.", ["It barks."], "A dog."),
        ("A dog.", [], "A dog."),
    ],
    ids=["answer edited", "thought edited", "thought taken out"],
)
def test_thought__edited__stands_beside_the_content_again(
    name: str, text: str, thoughts: list[str], answer: str
) -> None:
    row_format = registry.named(name)
    changed = row_format.rewrite(ROWS[name], {1: text})
    assert _members(changed) == thoughts
    (turn,) = pairs(row_format.read(changed).messages)
    assert turn.response == (f"<think>{thoughts[0]}</think>{answer}" if thoughts else answer)
    assert f"<think>{answer}" not in str(changed)
    assert "</think>" not in str(changed)


def test_thought__that_ends_itself__stays_where_it_is() -> None:
    row = {
        "messages": [
            {"role": "user", "content": "?"},
            {"role": "assistant", "content": "A.", "reasoning": "a</think>b"},
        ]
    }
    assert registry.named("swift").read(row).messages[1].text == "A."
