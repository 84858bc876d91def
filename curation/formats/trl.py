"""TRL: a prompt with a completion, or with a chosen and a rejected answer, each a text or a list of messages.

A conversation may also stand within `chosen` and `rejected`, without a prompt; `label` says whether a completion is
desired (https://huggingface.co/docs/trl/dataset_formats). Pictures stand in `images` or `image`.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from curation.formats import answers, chat_text, messages
from curation.formats.contract import Format
from curation.formats.conversation import Conversation, RejectedRowError
from scoring.json_types import JsonObject

EXAMPLE = """\
{"images": ["1.jpg"], "prompt": [{"role": "user", "content": [{"type": "image"}, {"type": "text", "text": "What is \
it?"}]}], "chosen": [{"role": "assistant", "content": "A dog."}], "rejected": [{"role": "assistant", "content": "A \
cat."}]}
{"prompt": "The sky is", "completion": "blue.", "label": true}
"""


def recognise(row: object) -> bool:
    """True for a prompt with an answer, or for a chosen and a rejected conversation."""
    if not isinstance(row, dict) or {"messages", "conversations", "instruction", "question", "query"} & row.keys():
        return False
    if answers.REWARD in row and messages.are_messages(row.get(answers.PROMPT)):
        return True
    answer = next((row[name] for name in answers.GIVEN if row.get(name)), None)
    if not isinstance(answer, str | list) or (isinstance(answer, list) and not messages.are_messages(answer)):
        return False
    prompt = row.get(answers.PROMPT)
    if prompt is None and chat_text.recognise(row):
        return False
    return isinstance(prompt, str) or messages.are_messages(prompt) or isinstance(row.get("rejected"), str | list)


def read(row: Any) -> Conversation:
    """The prompt and the answer that is not rejected.

    Raises RejectedRowError: `not_an_object`, `no_conversation`, `bad_message` or `bad_image`.
    """
    if isinstance(row, dict) and not isinstance(row.get(answers.PROMPT), str | list | None):
        raise RejectedRowError("bad_message", "The row's prompt is neither a text nor a list of messages.")
    return messages.conversation(row, answers.PROMPT)


def rewrite(row: JsonObject, texts: Mapping[int, str | None]) -> JsonObject:
    """Replaces texts of the prompt and the answer.

    Args:
        row: Parsed row that `read` accepts.
        texts: New text by the message's position; a message whose text is None is left out.

    Returns:
        A new row with everything else as it was.
    """
    return answers.rewritten(row, answers.PROMPT, texts, messages.rewritten)


FORMAT = Format(
    name="trl",
    title="TRL prompts and answers",
    about="TRL's trainers, with preferences or without.",
    example=EXAMPLE,
    recognise=recognise,
    read=read,
    rewrite=rewrite,
    marks_images=False,
    roles=("user", "assistant", "system"),
    containers=("lines", "list", "parquet"),
)
