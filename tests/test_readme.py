"""What the README shows is run as it stands."""

from __future__ import annotations

import json
import re
import shlex
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from llm_server import serve
from support import row

import scoring.metrics
from curation.__main__ import main
from curation.annotations import registry as sources
from curation.commands.parser import commands
from curation.workspace import score_columns
from scoring import registry
from scoring.compute import Scorers, items_for
from scoring.item import Sample, Turn
from scoring.metric import Result
from scoring.work import Wanted

ROOT = Path(__file__).resolve().parents[1]
README = (ROOT / "README.md").read_text(encoding="utf-8")


def _block(language: str) -> str:
    found = re.search(rf"```{language}\n(.*?)```", README, re.DOTALL)
    assert found
    return found.group(1)


@pytest.fixture
def with_example(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    """The README's metric, dropped into the folder of metrics."""
    (tmp_path / "exclamations.py").write_text(_block("python"))
    monkeypatch.setattr(scoring.metrics, "__path__", [*scoring.metrics.__path__, str(tmp_path)])
    registry.metric_modules.cache_clear()
    yield
    registry.metric_modules.cache_clear()


@pytest.mark.usefixtures("with_example")
def test_readme__metric_of_one_file__is_found_and_scores() -> None:
    column = score_columns.columns()["exclamations"]
    assert (column.title, column.suggested) == ("Exclamation marks", (None, 1.0))
    turns = (Turn(0, 0, "q", "Wow!!! A dog."), Turn(1, 1, "q", ""))
    wanted = Wanted("exclamations", "1")
    items = items_for("turn", [Sample(0, turns, ())])
    first, second = Scorers([wanted]).score(items, wanted, {})
    assert isinstance(first, Result)
    assert (first.value, first.flags[0].text, second) == (0.75, "!!!", Result())


def test_readme__commands_work_as_written(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, llava: Callable[..., Path], photo: Callable[..., Path]
) -> None:
    photo("a.png")
    llava([row("What is it?", f"{n} blocks.", image="a.png") for n in range(3)])
    (tmp_path / "annotations.json").write_text('{"images": [{"file_name": "a.png", "instances": ["block"]}]}')
    monkeypatch.chdir(tmp_path)
    llava([row("What is it?", f"{n} blocks.", image="a.png", id=n) for n in range(2, 5)], "other.json")
    blocks = re.findall(r"```console\n(.*?)```", README, re.DOTALL)
    assert len(blocks) == 3
    for line in "".join(blocks).splitlines():
        words = shlex.split(line)
        assert words[:3] == ["python", "-m", "curation"]
        if words[3] != "serve":
            assert main(words[3:]) == 0, line
    assert (tmp_path / "curated" / "curated.json").exists()
    assert (tmp_path / "swift" / "curated-kto.jsonl").exists()
    assert (tmp_path / "mixed" / "accounting.csv").read_text().startswith("dataset,row,fate,reason\nmine,0,")


def test_readme__samples_are_made_from_annotations_as_written(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, llava: Callable[..., Path], photo: Callable[..., Path]
) -> None:
    photo("9.png")
    llava([row("What is it?", "A dog.", image="9.png")])
    for name in ("coco_captions", "coco_instances"):
        (file, content), *_ = sources.modules()[name].SOURCE.example.items()
        (tmp_path / file).write_text(content.replace("000000000009.jpg", "9.jpg"))
    monkeypatch.chdir(tmp_path)
    assert main(["import", "set.json", "--name", "mine"]) == 0
    for line in _block("shell").splitlines():
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
    lines = re.findall(r"```bash\n(python.*?)```", README, re.DOTALL)[0].splitlines()
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


def test_readme__names_files_and_commands_that_exist() -> None:
    for picture in re.findall(r"\]\((assets/[^)]+)\)", README):
        assert (ROOT / picture).exists()
    for command in re.findall(r"python -m curation (\w+)", README):
        assert command in commands()
    targets = set(re.findall(r"^(\w+):", (ROOT / "Makefile").read_text(), re.MULTILINE))
    assert set(re.findall(r"make (\w+)", _block("bash"))) <= targets
