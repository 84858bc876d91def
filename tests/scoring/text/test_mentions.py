from __future__ import annotations

import json
from pathlib import Path

import pytest

from scoring.text import lexicon, mentions

_HERE = Path(__file__).parent
_SENTENCES = json.loads((_HERE / "mention_sentences.json").read_text(encoding="utf-8"))
_TEMPLATES = json.loads((_HERE / "templates.json").read_text(encoding="utf-8"))


def asserted(text: str) -> list[str]:
    return [mention.text for mention in mentions.find(text, lexicon.load()) if not mention.silent]


@pytest.mark.parametrize(("sentence", "expected"), _SENTENCES)
def test_find__sentence(sentence: str, expected: list[str]) -> None:
    assert sorted(asserted(sentence)) == sorted(expected)


@pytest.mark.parametrize("template", _TEMPLATES["asserting"])
def test_find__asserting_wording_with_every_class(template: str, coco_classes: tuple[str, ...]) -> None:
    start = template.format(x="\0", y="dog").index("\0")
    missed = [
        name
        for name in coco_classes
        if name != "dog"
        and not any(
            (mention.start, mention.text, mention.silent) == (start, name, "")
            for mention in mentions.find(template.format(x=name, y="dog"), lexicon.load())
        )
    ]
    assert missed == []


@pytest.mark.parametrize("template", _TEMPLATES["denying"])
def test_find__denying_wording_with_every_class(template: str, coco_classes: tuple[str, ...]) -> None:
    believed = [name for name in coco_classes if name in asserted(template.format(x=name))]
    assert believed == []


def test_find__offsets_are_those_of_the_stored_text() -> None:
    text = "<image>\nA dog\u2019s bed, and <box>(1,2),(3,4)</box> two wine glasses."
    found = mentions.find(text, lexicon.load())
    assert [text[mention.start : mention.end] for mention in found] == ["dog", "bed", "wine glasses"]


def test_find__synonym_and_plural_read_as_the_class() -> None:
    found = mentions.find("Two puppies on the sofa, men with bikes.", lexicon.load())
    assert [mention.readings for mention in found] == [
        ("dog",),
        ("couch",),
        ("person",),
        ("bicycle", "motorcycle"),
    ]


def test_find__annotated_class_that_the_word_list_lacks() -> None:
    names = lexicon.load(("oil_lamp", "Pogo stick"))
    found = mentions.find("Oil lamps beside a pogo stick.", names)
    assert [(mention.text, mention.readings) for mention in found] == [
        ("Oil lamps", ("oil lamp",)),
        ("pogo stick", ("pogo stick",)),
    ]


def test_classes__other_sets_names_for_the_same_thing() -> None:
    assert lexicon.classes(("sofa", "aeroplane", "tvmonitor", "motorbike", "diningtable")) == {
        "couch",
        "airplane",
        "tv",
        "motorcycle",
        "dining table",
    }


def test_implied__a_dog_is_an_animal() -> None:
    assert lexicon.load().implied(["dog"]) >= {"dog", "pet", "animal"}
