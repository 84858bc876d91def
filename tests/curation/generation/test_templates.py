from __future__ import annotations

import random
from pathlib import Path

import pytest

from curation.generation import templates
from curation.generation.templates import TemplateError

POOL = """
[some]
ask = ["How many {objects}?"]
answer = ["There are {count}."]
brief = ["A number, please."]
short = ["{count}"]
[none]
questions_of = "some"
answer = ["None."]
"""


def test_load__file_of_the_workspace__replaces_the_shipped_one(tmp_path: Path) -> None:
    (tmp_path / "counting.toml").write_text(POOL)
    pools = templates.load(tmp_path)
    assert pools["counting"]["some"].ask == pools["counting"]["none"].ask == ("How many {objects}?",)
    assert pools["existence"] == templates.load()["existence"]


def test_word__names_template_and_version_of_its_text(tmp_path: Path) -> None:
    (tmp_path / "counting.toml").write_text(POOL)
    slots = {"objects": "dogs", "count": "2"}
    first = templates.word(templates.load(tmp_path)["counting"], "counting", "some", slots, random.Random(0), brief=1)
    assert (first.instruction, first.response) == ("How many dogs? A number, please.", "2")
    (tmp_path / "counting.toml").write_text(POOL.replace("How many", "What number of"))
    second = templates.word(templates.load(tmp_path)["counting"], "counting", "some", slots, random.Random(0), brief=1)
    assert first.template.partition("@")[0] == second.template.partition("@")[0] == "counting/some/0-short-0"
    assert first.template != second.template


def test_fill__data_with_braces__stays_as_it_is() -> None:
    assert templates.fill("Is {a}?", {"a": "{b} {a}", "b": "x"}, "t") == "Is {b} {a}?"


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        ("[some", "cannot be read"),
        ("[some]\nask = ['a']", r"need a list `answer` under \[some\]"),
        ("[some]\nanswer = ['a', 3]", r"need a list of texts for some\.answer"),
        ("[some]\nanswer = ['a']\nquestions_of = 'other'", r"have no \[other\]"),
    ],
)
def test_load__unusable_file__one_sentence(tmp_path: Path, content: str, sentence: str) -> None:
    (tmp_path / "counting.toml").write_text(content)
    with pytest.raises(TemplateError, match=sentence):
        templates.load(tmp_path)


def test_fill__unknown_slot__names_those_that_there_are() -> None:
    with pytest.raises(TemplateError, match=r"counting/3 has the slot \{object\}; it may use \{count\}, \{objects\}"):
        templates.fill("{object}", {"objects": "dogs", "count": "2"}, "counting/3")


def test_word__pool_without_the_situation_or_its_questions__says_so(tmp_path: Path) -> None:
    (tmp_path / "caption.toml").write_text("[other]\nanswer = ['a']")
    pool = templates.load(tmp_path)["caption"]
    with pytest.raises(TemplateError, match=r"templates of caption have no \[caption\]"):
        templates.word(pool, "caption", "caption", {}, random.Random(0))
    with pytest.raises(TemplateError, match=r"need questions under \[other\]"):
        templates.word(pool, "caption", "other", {}, random.Random(0))
