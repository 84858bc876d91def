"""What the README and the documentation show is run as it stands."""

from __future__ import annotations

import json
import os
import re
import shlex
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from llm_server import serve
from support import row

import scoring.metrics
import winnow
from curation.__main__ import main
from curation.annotations import registry as sources
from curation.commands.parser import commands
from curation.workspace import score_columns
from scoring import registry
from scoring.compute import Scorers, items_for
from scoring.item import Sample, Turn
from scoring.metric import Result
from scoring.work import PlannedColumn

ROOT = Path(__file__).resolve().parents[1]
README = (ROOT / "README.md").read_text(encoding="utf-8")
DOCS = ROOT / "docs"
PAGES = sorted(path for path in DOCS.rglob("*.md") if "_build" not in path.parts)


def _blocks(language: str, *pages: str) -> list[str]:
    """The code blocks of pages of the documentation in a language."""
    texts = [(DOCS / page).read_text(encoding="utf-8") for page in pages]
    return [block for text in texts for block in re.findall(rf"```{language}\n(.*?)```", text, re.DOTALL)]


@pytest.fixture
def with_example(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    """The README's metric, dropped into the folder of metrics."""
    (tmp_path / "exclamations.py").write_text(_blocks("python", "extend.md")[0])
    monkeypatch.setattr(scoring.metrics, "__path__", [*scoring.metrics.__path__, str(tmp_path)])
    registry.metric_modules.cache_clear()
    yield
    registry.metric_modules.cache_clear()


@pytest.mark.usefixtures("with_example")
def test_readme__metric_of_one_file__is_found_and_scores() -> None:
    column = score_columns.columns()["exclamations"]
    assert (column.title, column.suggested) == ("Exclamation marks", (None, 1.0))
    turns = (Turn(0, 0, "q", "Wow!!! A dog."), Turn(1, 1, "q", ""))
    wanted = PlannedColumn("exclamations", "1")
    items = items_for("turn", [Sample(0, turns, ())])
    first, second = Scorers([wanted]).score(items, wanted, {})
    assert isinstance(first, Result)
    assert (first.value, first.flags[0].text, second) == (0.75, "!!!", Result())


def test_extend__a_plug_in_from_a_folder_works_as_written(
    tmp_path: Path, plugin_folder: Path, llava: Callable[..., Path]
) -> None:
    (plugin_folder / "exclamations.py").write_text(_blocks("python", "extend.md")[0])
    llava([row("What is it?", "A dog!!!")])
    for line in ["python -m curation import set.json", *_blocks("console", "extend.md")[0].splitlines()]:
        words = shlex.split(line)
        if words[3] != "serve":
            done = subprocess.run([sys.executable, *words[1:]], cwd=tmp_path, env=_at_home(), check=False)
            assert done.returncode == 0, line
    with winnow.open_workspace(tmp_path / "workspace", plugins=[plugin_folder]) as workspace:
        assert workspace.scores()["exclamations"].to_list() == [1.0]


def _at_home() -> dict[str, str]:
    """The environment of a command that finds Winnow from any folder."""
    return {**os.environ, "PYTHONPATH": str(ROOT)}


def test_readme__commands_work_as_written(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, llava: Callable[..., Path], photo: Callable[..., Path]
) -> None:
    photo("a.png")
    llava([row("What is it?", f"{n} blocks.", image="a.png") for n in range(3)])
    (tmp_path / "annotations.json").write_text('{"images": [{"file_name": "a.png", "instances": ["block"]}]}')
    monkeypatch.chdir(tmp_path)
    llava([row("What is it?", f"{n} blocks.", image="a.png", id=n) for n in range(2, 5)], "other.json")
    blocks = _blocks("console", "tutorial.md", "howto/balance.md")
    assert len(blocks) == 6
    for line in "".join(blocks).splitlines():
        words = shlex.split(line)
        assert words[:3] == ["python", "-m", "curation"]
        if words[3] != "serve":
            assert main(words[3:]) == 0, line
    assert (tmp_path / "curated" / "data" / "train.json").exists()
    assert (tmp_path / "swift" / "data" / "train-kto.jsonl").exists()
    assert "queue “Most flagged first”" in (tmp_path / "flagged" / "README.md").read_text()
    assert (tmp_path / "divided" / "data" / "train.json").exists()
    assert (tmp_path / "mixed" / "winnow" / "accounting.csv").read_text().startswith("dataset,row,fate,reason\nmine,0,")


def test_readme__samples_are_made_from_annotations_as_written(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, llava: Callable[..., Path], photo: Callable[..., Path]
) -> None:
    photo("9.png")
    llava([row("What is it?", "A dog.", image="9.png")])
    for name in ("coco_captions", "coco_instances"):
        (file, content), *_ = sources.kinds()[name].example.items()
        (tmp_path / file).write_text(content.replace("000000000009.jpg", "9.jpg"))
    monkeypatch.chdir(tmp_path)
    assert main(["import", "set.json", "--name", "mine"]) == 0
    for line in _blocks("shell", "howto/generate.md")[0].splitlines():
        assert main(shlex.split(line)[3:]) == 0, line
    assert {path.name for path in (tmp_path / "workspace" / "generated").iterdir()} == {"made.jsonl", "counted.jsonl"}


def test_readme__conversations_and_corrections_as_written(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    photo: Callable[..., Path],
    llava: Callable[..., Path],
    capsys: pytest.CaptureFixture[str],
) -> None:
    photo("9.png")
    llava([row("What is it?", "A cup.", image="9.png")])
    said = {"file_name": "9.png", "instances": ["cup"], "captions": ["A cup."]}
    other = {"file_name": "other.png", "instances": ["dog", "kite"]}
    (tmp_path / "notes.json").write_text(json.dumps({"images": [said, other]}))
    monkeypatch.chdir(tmp_path)
    assert main(["import", "set.json", "--name", "made", "--annotations", "notes.json"]) == 0
    lines = _blocks("bash", "howto/generate.md")[0].splitlines()
    spoken = '{"User": "What is there?", "AI": "A cup and a dog stand there."}'

    def answer(request: dict[str, Any]) -> str:
        return '{"response": "A cup stands there."}' if "doubtful" in str(request["messages"][1]) else spoken

    with serve(answer) as fake:
        monkeypatch.setenv("WINNOW_LLM_BASE_URL", fake.url)
        monkeypatch.setenv("WINNOW_LLM_MODEL", "writer-7b")
        for line in lines[:-1]:
            assert main(shlex.split(line)[3:]) == 0, line
        assert main(["score", "--metrics", "hallucination"]) == 0
        capsys.readouterr()
        assert main(shlex.split(lines[-1])[3:]) == 0
    proposals = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert {one["after"] for one in proposals} == {"A cup stands there."}


def test_python__works_as_written(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, llava: Callable[..., Path], photo: Callable[..., Path]
) -> None:
    photo("a.png")
    llava([row("What is it?", f"{n} blocks.", image="a.png") for n in range(3)])
    monkeypatch.chdir(tmp_path)
    exec(_blocks("python", "howto/python.md")[0], {})
    assert (tmp_path / "curated" / "data" / "train.json").exists()


@pytest.mark.parametrize("example", sorted(path.stem for path in (ROOT / "examples").glob("*.py")))
def test_examples__run_and_leave_nothing_behind(example: str) -> None:
    before = {path for path in ROOT.iterdir() if path.is_dir()}
    ended = subprocess.run([sys.executable, "-m", f"examples.{example}"], cwd=ROOT, capture_output=True, text=True)
    assert ended.returncode == 0, ended.stderr
    assert "kept" in ended.stdout
    assert {path for path in ROOT.iterdir() if path.is_dir()} == before


def test_readme__is_short_and_names_commands_that_exist() -> None:
    assert len(README.split()) <= 900
    targets = set(re.findall(r"^(\w[\w-]*):", (ROOT / "Makefile").read_text(), re.MULTILINE))
    for text in (README, *(page.read_text(encoding="utf-8") for page in PAGES)):
        assert set(re.findall(r"python -m curation ([a-z]+(?:-[a-z]+)*)", text)) <= set(commands())
        assert set(re.findall(r"make ([a-z][\w-]*)", text)) <= targets | {"a"}


@pytest.mark.parametrize("page", [ROOT / "README.md", ROOT / "CONTRIBUTING.md", *PAGES], ids=lambda page: page.name)
def test_links__lead_to_files_and_headings(page: Path) -> None:
    for target in re.findall(r"\]\(([^)#\s]+)?(?:#([\w-]+))?\)", page.read_text(encoding="utf-8")):
        name, anchor = target
        if name.startswith("http"):
            continue
        file = (page.parent / name).resolve() if name else page
        assert file.exists(), name
        if anchor:
            headings = re.findall(r"^#+ (.+)$", file.read_text(encoding="utf-8"), re.MULTILINE)
            assert anchor in [re.sub(r"[^\w -]", "", heading).lower().replace(" ", "-") for heading in headings]


def test_reference__is_that_of_the_code() -> None:
    if sys.version_info[:2] != (3, 11):
        pytest.skip("argparse words its help otherwise in other versions of Python")
    script = "import sys; sys.path[:0] = ['docs', '.']; import json, reference; print(json.dumps(reference.pages()))"
    ended = subprocess.run([sys.executable, "-c", script], cwd=ROOT, capture_output=True, text=True, check=True)
    for name, text in json.loads(ended.stdout).items():
        assert (DOCS / "reference" / name).read_text(encoding="utf-8") == text, "run `make reference`"


def test_glossary__has_each_word_once_and_in_order() -> None:
    text = (DOCS / "glossary.md").read_text(encoding="utf-8")
    terms = re.findall(r"^- \*\*(.+?)\*\*: ", text, re.MULTILINE)
    assert terms == sorted(set(terms))


@pytest.mark.slow
def test_documentation__builds_without_a_warning(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "sphinx", "-q", "-W", str(DOCS), str(tmp_path)]
    ended = subprocess.run(command, capture_output=True, text=True, check=False)
    assert ended.returncode == 0, ended.stderr
    assert (tmp_path / "howto" / "review.html").exists()
