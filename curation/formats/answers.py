"""Answers that stand beside a row's messages: a chosen and a rejected one, or a completion.

LLaMA-Factory has them as one message each, TRL as lists of messages or as texts, ms-swift as `rejected_response`
(https://huggingface.co/docs/trl/dataset_formats, https://swift.readthedocs.io/en/latest/Customization/Custom-dataset.html).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from curation.formats.conversation import RejectedRowError, text_of
from scoring.json_types import JsonObject

PROMPT = "prompt"
GIVEN = ("chosen", "completion")
SOLVED = ("solution", "answer", "response", "ground_truth")
"""What rows for reinforcement learning call the right answer, beside messages that end with a question."""
REWARD, TRUTH = "reward_model", "ground_truth"
"""Where verl has it (https://verl.readthedocs.io/en/latest/preparation/prepare_data.html)."""
REJECTED = ("rejected", "rejected_response", "rejected_messages", "rejected_conversations")
_OF_ASSISTANT = {"role": "assistant", "from": "gpt"}

Messages = Sequence[JsonObject]


def messages(row: JsonObject, member: str) -> list[JsonObject]:
    """The messages of a row, the answer beside them as the last one.

    Args:
        row: Parsed row.
        member: Where its list of messages is; "" where the answer is the whole conversation.

    Returns:
        Messages in the row's own shape.

    Raises:
        RejectedRowError: `bad_message`, where a message is no object.
    """
    listed = [entry for _, entries in _groups(row, member) for entry in entries]
    if set(map(type, listed)) <= {dict}:  # most are, and there are millions
        return listed
    for entry in listed:
        if not isinstance(entry, dict):
            raise RejectedRowError("bad_message", f"A message is a {type(entry).__name__}, not an object.")
    return listed


def rewritten(
    row: JsonObject,
    member: str,
    texts: Mapping[int, str | None],
    rewrite: Callable[[Messages, Mapping[int, str | None]], Messages],
) -> JsonObject:
    """Replaces texts of the messages and of the answer beside them.

    Args:
        row: Parsed row of which `messages` gives the messages.
        member: Where its list of messages is.
        texts: New text by position; a message whose text is None is left out, with the answer its rejected one too.
        rewrite: Changes a list of messages in the row's shape.

    Returns:
        A new row with everything else as it was.
    """
    new_row = dict(row)
    start = 0
    for name, entries in _groups(row, member):
        within = {position - start: text for position, text in texts.items() if 0 <= position - start < len(entries)}
        start += len(entries)
        if not within:
            continue
        remaining = list(rewrite(entries, within))
        if isinstance(row[name], list):
            new_row[name] = remaining
        elif name == REWARD:
            new_row[name] = {**row[name], TRUTH: _text(remaining[0]) if remaining else None}
        elif not remaining:
            new_row = {key: value for key, value in new_row.items() if key not in (name, *REJECTED)}
        else:
            new_row[name] = remaining[0] if isinstance(row[name], dict) else _text(remaining[0])
    return new_row


def rejected(row: JsonObject) -> str | None:
    """The response that is worse than the last one; None where the row has none."""
    value = next((row[name] for name in REJECTED if row.get(name)), None)
    last = value[-1] if isinstance(value, list) and value else value
    return _text(last) if isinstance(last, dict | str) else None


def _groups(row: JsonObject, member: str) -> list[tuple[str, list[JsonObject]]]:
    """The row's members that hold messages, in order."""
    groups: list[tuple[str, list[JsonObject]]] = []
    if isinstance(row.get(member), list):
        groups.append((member, row[member]))
    elif member == PROMPT and isinstance(row.get(member), str) and not _opens_with_user(row):
        groups.append((member, [{"role": "user", "content": row[member]}]))
    for name in GIVEN:
        value = row.get(name)
        if isinstance(value, list) and value:
            groups.append((name, value))
            break
        if isinstance(value, dict | str) and value:
            groups.append((name, [value if isinstance(value, dict) else _answer(value)]))
            break
    else:
        if groups and _asks(groups[-1][1][-1:]):
            groups += _solution(row)
    return groups


def _asks(last: Sequence[object]) -> bool:
    """True for a message of the user."""
    return any(isinstance(entry, dict) and entry.get("role", entry.get("from")) in ("user", "human") for entry in last)


def _solution(row: JsonObject) -> list[tuple[str, list[JsonObject]]]:
    """The right answer to the last question, in a member of its own."""
    reward = row.get(REWARD)
    if isinstance(reward, dict) and isinstance(truth := reward.get(TRUTH), str) and truth:
        return [(REWARD, [_answer(truth)])]
    return next(([(name, [_answer(text)])] for name in SOLVED if isinstance(text := row.get(name), str) and text), [])


def _opens_with_user(row: JsonObject) -> bool:
    """True for an answer that is the whole conversation, so that a prompt beside it only repeats its beginning."""
    listed = next((row[name] for name in GIVEN if row.get(name)), None)
    return isinstance(listed, list) and isinstance(listed[0], dict) and listed[0].get("role") in ("user", "system")


def _answer(text: str) -> JsonObject:
    return {**_OF_ASSISTANT, "content": text, "value": text}


def _text(entry: JsonObject | str) -> str:
    if isinstance(entry, str):
        return entry
    content = entry.get("content", entry.get("value"))
    if isinstance(content, list):
        return "".join(str(part.get("text", part.get("value")) or "") for part in content if isinstance(part, dict))
    return text_of(content, "rejected response")
