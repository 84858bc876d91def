"""Tags of datasets: said by people, suggested by name or by rows, turns counted."""

from __future__ import annotations

import csv
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from support import row

from curation.importing.importer import import_file
from curation.importing.options import ImportOptions
from curation.workspace import Workspace, tags
from curation.workspace.tags import TagError, Tags

Write = Callable[..., Path]


def _one(workspace: Workspace, name: str) -> tags.Tagged:
    found = tags.of(workspace, name)
    assert found is not None
    return found


def test_known_datasets__are_those_of_the_papers_table_with_tags_that_exist() -> None:
    path = Path(tags.__file__).parents[2] / "assets" / "known_datasets.csv"
    rows = list(csv.DictReader(path.read_text().splitlines()))
    assert len([one for one in rows if one["source"] == "Table 9"]) == 52
    for one in rows:
        assert set(filter(None, one["construction"].split("+"))) <= set(tags.CONSTRUCTION)
        assert set(one["tendency"].split("+")) <= set(tags.TENDENCY)
        assert bool(one["domain"]) == (one["tendency"] == "domain")


@pytest.mark.parametrize(
    ("name", "path", "construction", "tendency"),
    [
        ("llava_instruct_150k", "x.json", ("self-instruct",), ("none",)),
        ("mine", "/data/LLaVAR.train.json", ("self-instruct",), ("text-rich",)),
        ("my-PVIT-set", "x.json", ("self-instruct",), ("region", "text-rich")),
        ("llava_v1_5_mix665k", "x.json", ("mixing",), ("none",)),
    ],
)
def test_suggest__known_name_as_whole_words(
    name: str, path: str, construction: tuple[str, ...], tendency: tuple[str, ...]
) -> None:
    found = tags.suggest(name, path, {})
    assert found is not None
    assert (found.tags.construction, found.tags.tendency) == (construction, tendency)
    assert "of the survey" in found.why


@pytest.mark.parametrize("name", ["llava", "ferretti", "set", "lynxes"])
def test_suggest__other_words__nothing(name: str) -> None:
    assert tags.suggest(name, "x.json", {}) is None


def test_listing__suggestion_by_rows_is_no_tag_until_a_person_sets_one(
    workspace: Workspace, llava: Write, photo: Write
) -> None:
    for folder in ("coco", "gqa", "vg"):
        photo(f"{folder}/1.png")
    rows: list[Any] = [
        row("Where is it?", "At [0.12, 0.30, 0.5, 0.71].", "And?", "Gone.", image=f"{folder}/1.png")
        for folder in ("coco", "gqa", "vg", "vg")
    ]
    import_file(workspace, llava(rows), ImportOptions(name="some"))
    found = _one(workspace, "some")
    assert (found.tags, found.kind_of_turns, found.several, found.turns) == (Tags(), "multi", 1.0, 2.0)
    assert found.suggestion is not None
    assert found.suggestion.tags == Tags(("mixing",), ("region",))
    assert found.suggestion.why == "its images are in 3 folders; most rows mark regions"
    tags.write(workspace, "some", Tags(("adaption",), ("domain",), " point  cloud "), "ann")
    found = _one(workspace, "some")
    assert (found.tags, found.who, found.suggestion) == (Tags(("adaption",), ("domain",), "point cloud"), "ann", None)
    assert tags.words(found.tags) == "Annotation Adaption · domain-specific (point cloud)"
    tags.write(workspace, "some", Tags(), "bob")
    assert _one(workspace, "some").tags == Tags()
    assert _one(workspace, "some").suggestion is not None


def test_listing__rows_of_one_turn_and_several_pictures(workspace: Workspace, llava: Write, photo: Write) -> None:
    photo("a.png")
    both = {"image": ["a.png", "a.png"]}
    rows = [row("<image>\n<image>\nWhat differs?", f"Nothing {n}.", **both) for n in range(3)]
    import_file(workspace, llava(rows), ImportOptions(name="pairs"))
    found = _one(workspace, "pairs")
    assert found.kind_of_turns == "single"
    assert found.suggestion is not None
    assert found.suggestion.tags == Tags((), ("interleaved",))


def test_write__unknown_values_and_datasets_are_refused(workspace: Workspace, llava: Write) -> None:
    import_file(workspace, llava([row("What?", "That.")]), ImportOptions(name="some"))
    for name, wrong, why in (
        ("other", Tags(), "no dataset 'other'; there are some"),
        ("some", Tags(("magic",)), "'magic' is no construction"),
        ("some", Tags((), ("sound",)), "'sound' is no tendency"),
        ("some", Tags((), ("none", "video")), "cannot have another"),
    ):
        with pytest.raises(TagError, match=why):
            tags.write(workspace, name, wrong, "ann")
