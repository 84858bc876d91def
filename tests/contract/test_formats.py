"""What every file in curation/formats keeps to: its own EXAMPLE is recognised, read, changed and written."""

from __future__ import annotations

from dataclasses import replace
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import orjson
import pytest

from curation.containers import registry as containers
from curation.containers import row_parser
from curation.containers.container import Source
from curation.exporting import image_marks
from curation.formats import registry
from curation.formats.contract import Format
from curation.formats.conversation import Conversation, Message, RejectedRowError, SpanVerdict, pairs

FORMATS = registry.formats()
EVERY = pytest.mark.parametrize("dataset_format", FORMATS.values(), ids=FORMATS.keys())
EVERY_SOURCE = pytest.mark.parametrize("source", FORMATS.values(), ids=FORMATS.keys())

HOSTILE: list[Any] = [
    None, True, 17, 1.5, "text", [], {}, [[]], {"conversations": 1}, {"messages": {}}, {"messages": [[]]},
    {"conversations": [{"from": {}, "value": []}]}, {"messages": [{"role": 1, "content": {"type": []}}]},
    {"annotations": 1}, {"instruction": [], "answer": {}}, {"image": {"bytes": []}}, {"id": {"a": 1}},
]  # fmt: skip


def example(dataset_format: Format, folder: Path) -> tuple[str, list[Any]]:
    """The container's name and the parsed rows of a format's example file."""
    path = folder / "example.json"
    path.write_text(dataset_format.example, encoding="utf-8")
    container = containers.find(path)
    rows = [row_parser.parse(raw, _keep, dataset_format.loads).value for raw in container.read(Source(path, _keep))]
    return container.name, rows


def _keep(_data: bytes, extension: str) -> str:
    return f"kept/{'0' * 32}.{extension}"


@EVERY
def test_format__says_what_it_is(dataset_format: Format) -> None:
    assert find_spec(f"curation.formats.{dataset_format.name}")
    assert dataset_format.title
    assert dataset_format.about.endswith(".")
    assert set(dataset_format.containers) <= containers.kinds().keys()


@EVERY
def test_format__its_example_is_recognised_as_its_own(dataset_format: Format, tmp_path: Path) -> None:
    container, rows = example(dataset_format, tmp_path)
    assert container in dataset_format.containers
    assert registry.recognise(rows, container) is dataset_format


@EVERY
def test_format__its_example_has_conversations(dataset_format: Format, tmp_path: Path) -> None:
    for row in example(dataset_format, tmp_path)[1]:
        said = dataset_format.read(row)
        assert isinstance(said, Conversation)
        assert all(pair.instruction and pair.response for pair in pairs(said.messages))
        if dataset_format.marks_images:
            assert sum(one.text.count("<image>") for one in said.messages) == len(said.images)


@EVERY
def test_format__row_that_nobody_changed__is_the_same(dataset_format: Format, tmp_path: Path) -> None:
    for row in example(dataset_format, tmp_path)[1]:
        assert dataset_format.rewrite(row, {}) == row


@EVERY
def test_format__changed_text__is_read_back_and_the_rest_stays(dataset_format: Format, tmp_path: Path) -> None:
    for row in example(dataset_format, tmp_path)[1]:
        said = dataset_format.read(row)
        place = next(number for number, one in enumerate(said.messages) if one.role == "assistant")
        before = orjson.dumps(row)
        changed = dataset_format.read(dataset_format.rewrite(row, {place: "Something else."}))
        assert orjson.dumps(row) == before
        assert changed.messages[place].text == "Something else."
        assert changed.images == said.images
        assert [one for number, one in enumerate(changed.messages) if number != place] == [
            one for number, one in enumerate(said.messages) if number != place
        ]


@pytest.mark.parametrize("dataset_format", registry.writers().values(), ids=registry.writers().keys())
@EVERY_SOURCE
def test_format__written_from_any_other__says_the_same(dataset_format: Format, source: Format, tmp_path: Path) -> None:
    for row in example(source, tmp_path)[1]:
        said = source.read(row)
        said = image_marks.marked(said) if dataset_format.marks_images else image_marks.unmarked(said)
        again = [
            dataset_format.read(one) for one in orjson.loads(orjson.dumps(dataset_format.write(said, said.images)))
        ]
        answers = [pair.response for one in again for pair in pairs(one.messages)]
        assert answers == [pair.response for pair in pairs(said.messages)]
        assert all(one.images == said.images for one in again)


@EVERY
def test_format__dropped_message__is_gone_and_the_others_stay(dataset_format: Format, tmp_path: Path) -> None:
    for row in example(dataset_format, tmp_path)[1]:
        messages = dataset_format.read(row).messages
        answers = [position for position, message in enumerate(messages) if message.role == "assistant"]
        if len(answers) < 2:  # a row without a turn left is not exported
            continue
        left = dataset_format.read(dataset_format.rewrite(row, {answers[-1]: None})).messages
        assert left == messages[: answers[-1]] + messages[answers[-1] + 1 :]


def test_formats__some_example_has_a_turn_to_drop(tmp_path: Path) -> None:
    assert any(
        sum(message.role == "assistant" for message in dataset_format.read(row).messages) > 1
        for dataset_format in FORMATS.values()
        for row in example(dataset_format, tmp_path)[1]
    )


@pytest.mark.parametrize("name", [name for name, known in FORMATS.items() if known.dpo or known.kto])
def test_format__preferences__have_both_answers_images_and_the_label(name: str) -> None:
    dataset_format = FORMATS[name]
    asked = Conversation("1", (Message("user", "<image>\nWho is it?"),), ("a.png",))
    assert dataset_format.dpo is not None
    assert dataset_format.kto is not None
    text = orjson.dumps(dataset_format.dpo(asked, asked.images, "The better one.", "The worse one.")).decode()
    assert all(part in text for part in ("Who is it?", "The better one.", "The worse one.", "a.png"))
    answered = replace(asked, messages=(*asked.messages, Message("assistant", "A cat.")))
    good, bad = (dataset_format.kto(answered, asked.images, desired) for desired in (True, False))
    assert good != bad
    assert "A cat." in orjson.dumps(good).decode()


@pytest.mark.parametrize("name", [name for name, known in FORMATS.items() if known.judged])
def test_format__verdicts_on_spans__are_read_back(name: str, tmp_path: Path) -> None:
    dataset_format = FORMATS[name]
    row = example(dataset_format, tmp_path)[1][0]
    assert dataset_format.judged is not None
    first, *others = dataset_format.read(row).spans
    changed = SpanVerdict(*first[:3], label="inaccurate" if first.label == "accurate" else "accurate")
    assert dataset_format.read(dataset_format.judged(row, (changed,))).spans == (changed, *others)


@pytest.mark.parametrize("name", [name for name, known in FORMATS.items() if known.prune])
def test_format__rows_that_stay_behind__are_no_longer_named(name: str, tmp_path: Path) -> None:
    dataset_format = FORMATS[name]
    rows = example(dataset_format, tmp_path)[1]
    names = {dataset_format.read(row).source_id for row in rows}
    assert dataset_format.prune is not None
    assert [dataset_format.prune(row, names) for row in rows] == rows
    texts = [orjson.dumps(dataset_format.prune(row, {dataset_format.read(row).source_id})).decode() for row in rows]
    for row, text in zip(rows, texts, strict=True):
        assert not any(str(name) in text for name in names - {dataset_format.read(row).source_id})


@EVERY
@pytest.mark.parametrize("row", HOSTILE, ids=str)
def test_format__row_of_nothing_known__is_refused_with_a_sentence(dataset_format: Format, row: Any) -> None:
    dataset_format.recognise(row)
    with pytest.raises(RejectedRowError) as caught:
        dataset_format.read(row)
    assert caught.value.outcome.isidentifier()
    assert str(caught.value).endswith(".")
