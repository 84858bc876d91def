"""What every file in curation/formats keeps to: its own EXAMPLE is recognised, read, changed and written."""

from __future__ import annotations

from pathlib import Path
from types import ModuleType
from typing import Any

import orjson
import pytest

from curation.containers import registry as containers
from curation.containers import row_parser
from curation.containers.container import Source
from curation.exporting import image_marks
from curation.formats import registry
from curation.formats.conversation import Conversation, RejectedRowError, pairs

FORMATS = registry.modules()
EVERY = pytest.mark.parametrize("module", FORMATS.values(), ids=FORMATS.keys())
EVERY_SOURCE = pytest.mark.parametrize("source", FORMATS.values(), ids=FORMATS.keys())

HOSTILE: list[Any] = [
    None, True, 17, 1.5, "text", [], {}, [[]], {"conversations": 1}, {"messages": {}}, {"messages": [[]]},
    {"conversations": [{"from": {}, "value": []}]}, {"messages": [{"role": 1, "content": {"type": []}}]},
    {"annotations": 1}, {"instruction": [], "answer": {}}, {"image": {"bytes": []}}, {"id": {"a": 1}},
]  # fmt: skip


def example(module: ModuleType, folder: Path) -> tuple[str, list[Any]]:
    """The container's name and the parsed rows of a format's example file."""
    path = folder / "example.json"
    path.write_text(module.EXAMPLE, encoding="utf-8")
    container = containers.find(path)
    loads = getattr(module, "loads", None)
    rows = [row_parser.parse(raw, _keep, loads).value for raw in container.read(Source(path, _keep))]
    return container.CONTAINER.name, rows


def _keep(_data: bytes, extension: str) -> str:
    return f"kept/{'0' * 32}.{extension}"


@EVERY
def test_format__says_what_it_is(module: ModuleType) -> None:
    form = module.FORMAT
    assert module.__name__.endswith(f".{form.name}")
    assert form.title
    assert form.about.endswith(".")
    assert set(form.containers) <= containers.modules().keys()


@EVERY
def test_format__its_example_is_recognised_as_its_own(module: ModuleType, tmp_path: Path) -> None:
    container, rows = example(module, tmp_path)
    assert container in module.FORMAT.containers
    assert registry.recognise(rows, container) is module


@EVERY
def test_format__its_example_has_conversations(module: ModuleType, tmp_path: Path) -> None:
    for row in example(module, tmp_path)[1]:
        said = module.read(row)
        assert isinstance(said, Conversation)
        assert all(pair.instruction and pair.response for pair in pairs(said.messages))
        if module.FORMAT.marks_images:
            assert sum(one.text.count("<image>") for one in said.messages) == len(said.images)


@EVERY
def test_format__row_that_nobody_changed__is_the_same(module: ModuleType, tmp_path: Path) -> None:
    for row in example(module, tmp_path)[1]:
        assert module.rewrite(row, {}) == row


@EVERY
def test_format__changed_text__is_read_back_and_the_rest_stays(module: ModuleType, tmp_path: Path) -> None:
    for row in example(module, tmp_path)[1]:
        said = module.read(row)
        place = next(number for number, one in enumerate(said.messages) if one.role == "assistant")
        before = orjson.dumps(row)
        changed = module.read(module.rewrite(row, {place: "Something else."}))
        assert orjson.dumps(row) == before
        assert changed.messages[place].text == "Something else."
        assert changed.images == said.images
        assert [one for number, one in enumerate(changed.messages) if number != place] == [
            one for number, one in enumerate(said.messages) if number != place
        ]


@pytest.mark.parametrize("module", registry.writers().values(), ids=registry.writers().keys())
@EVERY_SOURCE
def test_format__written_from_any_other__says_the_same(module: ModuleType, source: ModuleType, tmp_path: Path) -> None:
    for row in example(source, tmp_path)[1]:
        said = source.read(row)
        said = image_marks.marked(said) if module.FORMAT.marks_images else image_marks.unmarked(said)
        again = [module.read(one) for one in orjson.loads(orjson.dumps(module.write(said, said.images)))]
        answers = [pair.response for one in again for pair in pairs(one.messages)]
        assert answers == [pair.response for pair in pairs(said.messages)]
        assert all(one.images == said.images for one in again)


@EVERY
@pytest.mark.parametrize("row", HOSTILE, ids=str)
def test_format__row_of_nothing_known__is_refused_with_a_sentence(module: ModuleType, row: Any) -> None:
    module.recognise(row)
    with pytest.raises(RejectedRowError) as caught:
        module.read(row)
    assert caught.value.outcome.isidentifier()
    assert str(caught.value).endswith(".")
