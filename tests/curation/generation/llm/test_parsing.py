from __future__ import annotations

import pytest

from curation.generation.llm import parsing
from curation.generation.llm.parsing import Unreadable, read

TWO = (("What is it?", "A dog."), ("Where?", "On a couch."))
FORM = '{"User": "What is it?", "AI": "A dog.", "User": "Where?", "AI": "On a couch."}'

SAME = {
    "as asked": FORM,
    "over lines": '{\n  "User": "What is it?",\n  "AI": "A dog.",\n  "User": "Where?",\n  "AI": "On a couch."\n}',
    "fence": f"```json\n{FORM}\n```",
    "text around": f"Sure! Here is the conversation:\n\n{FORM}\n\nLet me know if you need more.",
    "thoughts": f'<think>The user wants {{"User": ...}} hm</think>\n{FORM}',
    "single quotes": "{'User': 'What is it?', 'AI': 'A dog.', 'User': 'Where?', 'AI': 'On a couch.'}",
    "trailing comma": FORM.replace('."}', '.",}'),
    "missing brace": FORM[:-1] + "\n",
    "several objects": '{"User": "What is it?", "AI": "A dog."}\n{"User": "Where?", "AI": "On a couch."}',
    "object per side": '{"User": "What is it?"},\n{"AI": "A dog."},\n{"User": "Where?"},\n{"AI": "On a couch."}',
    "list of objects": '[{"User": "What is it?", "AI": "A dog."}, {"User": "Where?", "AI": "On a couch."}]',
    "wrapped": '{"conversation": [{"User": "What is it?", "AI": "A dog."}, {"User": "Where?", "AI": "On a couch."}]}',
    "numbered keys": '{"User1": "What is it?", "AI1": "A dog.", "User2": "Where?", "AI2": "On a couch."}',
    "small letters": FORM.replace("User", "user").replace("AI", "assistant"),
    "roles": '[{"role": "user", "content": "What is it?"}, {"role": "assistant", "content": "A dog."}, '
    '{"role": "user", "content": "Where?"}, {"role": "assistant", "content": "On a couch."}]',
    "llava": '{"conversations": [{"from": "human", "value": "<image>\\nWhat is it?"}, {"from": "gpt", "value": '
    '"A dog."}, {"from": "human", "value": "Where?"}, {"from": "gpt", "value": "On a couch."}]}',
    "parts": '[{"role": "user", "content": [{"type": "text", "text": "What is it?"}]}, {"role": "assistant", '
    '"content": "A dog."}, {"role": "user", "content": "Where?"}, {"role": "assistant", "content": "On a couch."}]',
    "questions and answers": '[{"question": "What is it?", "answer": "A dog."}, {"question": "Where?", '
    '"answer": "On a couch."}]',
    "lines": "Q: What is it?\nA: A dog.\n\nQ: Where?\nA: On a couch.",
    "bold lines": "**User:** What is it?\n**AI:** A dog.\n**User:** Where?\n**AI:** On a couch.",
    "numbered lines": "1. User: What is it?\n   AI: A dog.\n2. User: Where?\n   AI: On a couch.",
    "greeting first": '{"AI": "Hello, ask me!", "User": "What is it?", "AI": "A dog.", "User": "Where?", '
    '"AI": "On a couch."}',
    "last question open": FORM[:-1] + ', "User": "Anything else?"}',
}


@pytest.mark.parametrize("name", SAME)
def test_read__what_models_send__same_conversation(name: str) -> None:
    assert read(SAME[name]).turns == TWO


@pytest.mark.parametrize("end", range(FORM.index("Where"), len(FORM) - 2))
def test_read__cut_off_anywhere__complete_turns_are_kept(end: int) -> None:
    found = read(FORM[:end])
    assert found.turns == TWO[:1]
    assert found.cut


def test_read__quotes_inside__stay_in_the_text() -> None:
    assert read('{"User": "What does it say?", "AI": "The sign says "STOP", in red."}').turns == (
        ("What does it say?", 'The sign says "STOP", in red.'),
    )
    assert (
        read('{"User": "a?", "AI": "He said \\"hi\\".\\nThen he left."}').turns[0][1] == 'He said "hi".\nThen he left.'
    )
    assert read("{'User': 'What's it?', 'AI': 'It's a dog.'}").turns == (("What's it?", "It's a dog."),)


def test_read__one_side_speaks_twice__is_one_text() -> None:
    assert read('{"User": "a?", "AI": "One.", "AI": "Two."}').turns == (("a?", "One. Two."),)


def test_read__words_that_look_like_keys_in_a_text__are_text() -> None:
    assert read('{"User": "What is AI: magic?", "AI": "No: it is maths."}').turns == (
        ("What is AI: magic?", "No: it is maths."),
    )


@pytest.mark.parametrize(
    ("text", "outcome"),
    [
        ("", parsing.EMPTY),
        ("```json\n```", parsing.EMPTY),
        ("I'm sorry, but I cannot help with this image.", parsing.REFUSED),
        ("The image shows a dog on a couch.", parsing.UNREADABLE),
        ('{"User": "What is it?"}', parsing.UNREADABLE),
        ('{"title": "A dog", "AI": 3}', parsing.UNREADABLE),
        ('{"User": "What is i', parsing.CUT),
        ("[" * 5000, parsing.UNREADABLE),
    ],
)
def test_read__nothing_to_use__named_outcome(text: str, outcome: str) -> None:
    with pytest.raises(Unreadable) as error:
        read(text)
    assert str(error.value) == outcome
