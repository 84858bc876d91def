from __future__ import annotations

import re
from pathlib import Path

import pytest

from curation.common.names import UnknownNameError
from curation.generation.llm import parsing, prompts
from curation.generation.llm.prompts import PromptError
from scoring.metrics import leakage

REQUIREMENTS = [
    r"firmly .* certain", r"conversation is about", r"sees the image", r"demanding .* knowledge .* people, places",
    r"detailed .* examples, or the steps of the reasoning", r"negative|absent", r"begins with a question of the user",
    r'Neither side speaks of "the description"', r'\{"User": "Question\?", "AI": "Answer\."',
]  # fmt: skip


OF_THE_PAPER = ("global", "region", "negative")
LLAVA = ("conversation", "detail", "reasoning")


@pytest.mark.parametrize("flavour", OF_THE_PAPER)
def test_prompt__has_the_nine_requirements_of_the_paper(flavour: str) -> None:
    text = prompts.of_flavour(flavour).text
    numbered = re.findall(r"^(\d)\. (.*)$", text, re.MULTILINE)
    assert [number for number, _ in numbered] == [str(number) for number in range(1, 10)]
    for (_, said), topic in zip(numbered, REQUIREMENTS, strict=True):
        assert re.search(topic, said), said


def test_prompt__flavours_say_what_is_theirs() -> None:
    assert "object circled by a square box" in prompts.of_flavour("region").text
    assert '"absent"' in prompts.of_flavour("negative").text
    assert len({prompts.of_flavour(flavour).version for flavour in prompts.flavours()}) == 6
    assert set(prompts.flavours()) == {*OF_THE_PAPER, *LLAVA}


@pytest.mark.parametrize("flavour", LLAVA)
def test_examples__of_the_kinds_of_llava(flavour: str) -> None:
    leaks = leakage.load({})
    for one in prompts.examples(flavour):
        assert len(one.turns) == 1 or flavour == "conversation"
        assert not any(leaks.search(text) for turn in one.turns for text in turn)
        assert parsing.read(prompts.format_examples([one]).splitlines()[-1]).turns == one.turns
        if flavour != "conversation":
            assert 5 <= len(re.findall(r"[.!?](?= |$)", one.turns[0][1])) <= 15


def test_own_flavour__is_a_file_with_its_examples(tmp_path: Path) -> None:
    (tmp_path / "prompts").mkdir()
    (tmp_path / "examples").mkdir()
    (tmp_path / "prompts" / "instruct_haiku.txt").write_text("Write a haiku. $examples")
    for number in range(2):
        (tmp_path / "examples" / f"h{number}.toml").write_text(
            'flavours = ["haiku"]\npicture = "A pond."\nturns = [["A haiku?", "Old pond."]]\n'
        )
    assert "haiku" in prompts.flavours(tmp_path)
    assert prompts.of_flavour("haiku", tmp_path).text == "Write a haiku. $examples"
    assert len(prompts.examples("haiku", tmp_path)) == 2
    with pytest.raises(UnknownNameError, match="no flavour 'haiku'"):
        prompts.of_flavour("haiku")


@pytest.mark.parametrize("flavour", OF_THE_PAPER)
def test_examples__keep_the_requirements_themselves(flavour: str) -> None:
    leaks = leakage.load({})
    for one in prompts.examples(flavour):
        assert 4 <= len(one.turns) <= 8
        assert any(answer.startswith(("No", "There is no", "It is not", "Nobody")) for _, answer in one.turns), (
            one.version
        )
        assert not any(leaks.search(text) for turn in one.turns for text in turn)
        assert ("circled" in one.data) == (flavour == "region")
        assert flavour != "negative" or one.data["absent"]
        shown = prompts.format_examples([one]).splitlines()[-1]
        assert parsing.read(shown).turns == one.turns


def test_pool__about_ten_of_which_two_are_drawn_by_the_seed() -> None:
    every = {one.version for flavour in prompts.flavours() for one in prompts.examples(flavour)}
    assert 16 <= len(every) <= 18
    pool = prompts.examples("global")
    assert prompts.draw(pool, "0/a.jpg") == prompts.draw(pool, "0/a.jpg")
    assert len({tuple(one.version for one in prompts.draw(pool, f"0/{n}.jpg")) for n in range(30)}) > 5


def test_own_files__replace_the_shipped_ones_and_change_the_version(tmp_path: Path) -> None:
    (tmp_path / "prompts").mkdir()
    (tmp_path / "examples").mkdir()
    (tmp_path / "prompts" / "instruct_global.txt").write_text("Mine. $examples")
    (tmp_path / "examples" / "bakery.toml").write_text(
        'flavours = ["global"]\npicture = "A dog."\nturns = [["What?", "A dog."]]\n'
    )
    mine = prompts.of_flavour("global", tmp_path)
    assert mine.text == "Mine. $examples"
    assert mine.version != prompts.of_flavour("global").version
    pool = {one.version.split("@")[0]: one for one in prompts.examples("global", tmp_path)}
    assert pool["bakery"].turns == (("What?", "A dog."),)
    assert len(pool) == len(prompts.examples("global"))


@pytest.mark.parametrize(
    ("folder", "name", "text", "message"),
    [
        ("prompts", "instruct_global.txt", "No place.", r"no place for \$examples"),
        ("prompts", "instruct_global.txt", "$examples and $more", r"another \$placeholder"),
        ("examples", "a.toml", "flavours = [", "needs flavours, picture and turns"),
        ("examples", "a.toml", 'flavours = ["odd"]\npicture = "x"\nturns = [["a", "b"]]', "flavours out of"),
    ],
)
def test_own_files__that_cannot_be_used__are_named(
    tmp_path: Path, folder: str, name: str, text: str, message: str
) -> None:
    (tmp_path / folder).mkdir()
    (tmp_path / folder / name).write_text(text)
    load = prompts.of_flavour if folder == "prompts" else prompts.examples
    with pytest.raises(PromptError, match=message):
        load("global", tmp_path)
