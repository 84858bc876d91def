"""What every file in curation/formats keeps to: its own EXAMPLE is recognised, read, changed and written."""

from __future__ import annotations

from dataclasses import replace
from importlib.util import find_spec
from typing import Any

import orjson
import pytest

from curation.checks.format_check import faults_of_format
from curation.containers import registry as containers
from curation.containers.examples import rows as example
from curation.exporting import conversion
from curation.formats import registry
from curation.formats.contract import Format
from curation.formats.conversation import Conversation, Message, SpanVerdict, pairs

FORMATS = registry.formats()
LLAVA: Any = FORMATS["llava"]
_TWO_TURNS = {
    "id": "1",
    "conversations": [
        {"from": "human", "value": "Who is it?"}, {"from": "gpt", "value": "A cat."},
        {"from": "human", "value": "Really?"}, {"from": "gpt", "value": "Yes."},
    ],
}  # fmt: skip
EVERY = pytest.mark.parametrize("dataset_format", FORMATS.values(), ids=FORMATS.keys())
EVERY_SOURCE = pytest.mark.parametrize("source", FORMATS.values(), ids=FORMATS.keys())


@EVERY
def test_format__says_what_it_is(dataset_format: Format) -> None:
    assert find_spec(f"curation.formats.{dataset_format.name}")
    assert dataset_format.title
    assert dataset_format.about.endswith(".")
    assert set(dataset_format.containers) <= containers.kinds().keys()


@EVERY
def test_format__keeps_its_contract_with_its_own_example(dataset_format: Format) -> None:
    container, rows = example(dataset_format)
    assert list(faults_of_format(dataset_format)) == []
    assert registry.recognise(rows, container) is dataset_format


@pytest.mark.parametrize(
    ("change", "fault"),
    [
        ({"recognise": lambda _: False}, "does not recognise a row"),
        ({"rewrite": lambda row, _: row}, "A changed response is not read back"),
        ({"rewrite": lambda row, texts: LLAVA.rewrite(row, {p: t for p, t in texts.items() if t})}, "does not drop"),
        ({"rewrite": lambda row, _: row | {"new": 1}}, "without changes alters"),
        ({"read": lambda row: replace(LLAVA.read(row), messages=())}, "has no instruction with a response"),
        ({"read": lambda _: Conversation("1", (), ())}, "is a row of no format"),
        ({"write": lambda said, _: [LLAVA.write(said, said.images)[0]] * 2}, "responses of a row that `write` made"),
        ({"example": ""}, "cannot be read"),
        ({"containers": ("parquet",)}, "which `containers` lacks"),
    ],
)
def test_format__that_breaks_its_contract__is_caught(change: dict[str, Any], fault: str) -> None:
    two_turns = orjson.dumps([_TWO_TURNS]).decode()
    assert any(fault in sentence for sentence in faults_of_format(replace(LLAVA, **({"example": two_turns} | change))))


@pytest.mark.parametrize("dataset_format", registry.writers().values(), ids=registry.writers().keys())
@EVERY_SOURCE
def test_format__written_from_any_other__says_the_same(dataset_format: Format, source: Format) -> None:
    for row in example(source)[1]:
        said = conversion.prepared(source.read(row), dataset_format)
        again = [
            dataset_format.read(one) for one in orjson.loads(orjson.dumps(dataset_format.write(said, said.images)))
        ]
        answers = [pair.response for one in again for pair in pairs(one.messages)]
        assert all(one.images == said.images for one in again)
        if not dataset_format.trouble or not dataset_format.trouble(said):
            assert answers == [pair.response for pair in pairs(said.messages)]
        else:
            assert not again or answers == [pair.response for pair in pairs(said.messages)]


def test_formats__some_example_has_a_turn_to_drop() -> None:
    assert any(
        sum(message.role == "assistant" for message in dataset_format.read(row).messages) > 1
        for dataset_format in FORMATS.values()
        for row in example(dataset_format)[1]
    )


@pytest.mark.parametrize("name", [name for name, known in FORMATS.items() if known.dpo or known.kto])
def test_format__preferences__have_both_answers_images_and_the_label(name: str) -> None:
    dataset_format = FORMATS[name]
    asked = Conversation("1", (Message("user", "<image>\nWho is it?"),), ("a.png",))
    if dataset_format.dpo:
        text = orjson.dumps(dataset_format.dpo(asked, asked.images, "The better one.", "The worse one.")).decode()
        assert all(part in text for part in ("Who is it?", "The better one.", "The worse one.", "a.png"))
    if not dataset_format.kto:
        return
    answered = replace(asked, messages=(*asked.messages, Message("assistant", "A cat.")))
    good, bad = (dataset_format.kto(answered, asked.images, desired) for desired in (True, False))
    assert good != bad
    assert "A cat." in orjson.dumps(good).decode()


@pytest.mark.parametrize("name", [name for name, known in FORMATS.items() if known.judged])
def test_format__verdicts_on_spans__are_read_back(name: str) -> None:
    dataset_format = FORMATS[name]
    row = example(dataset_format)[1][0]
    assert dataset_format.judged is not None
    first, *others = dataset_format.read(row).spans
    changed = SpanVerdict(*first[:3], label="inaccurate" if first.label == "accurate" else "accurate")
    assert dataset_format.read(dataset_format.judged(row, (changed,))).spans == (changed, *others)


@pytest.mark.parametrize("name", [name for name, known in FORMATS.items() if known.prune])
def test_format__rows_that_stay_behind__are_no_longer_named(name: str) -> None:
    dataset_format = FORMATS[name]
    rows = example(dataset_format)[1]
    names = {dataset_format.read(row).source_id for row in rows}
    assert dataset_format.prune is not None
    assert [dataset_format.prune(row, names) for row in rows] == rows
    texts = [orjson.dumps(dataset_format.prune(row, {dataset_format.read(row).source_id})).decode() for row in rows]
    for row, text in zip(rows, texts, strict=True):
        assert not any(str(name) in text for name in names - {dataset_format.read(row).source_id})
