"""Pipes, sockets and devices in place of files: refused in a sentence and never opened, wherever a path is named."""

from __future__ import annotations

import argparse
import json
import os
import socket
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from support import row

from curation import annotations
from curation.__main__ import main
from curation.annotations import AnnotationsError
from curation.archives import registry as archives
from curation.commands import terminal
from curation.commands.parser import parser
from curation.containers.container import UnreadableFileError
from curation.decisions.decision_log import DecisionError
from curation.exporting import export_folder
from curation.generation import templates
from curation.generation.llm import prompts, rewriting
from curation.generation.llm.prompts import PromptError
from curation.generation.templates import TemplateError
from curation.images.probe import examine
from curation.importing import importer, meta_files
from curation.importing.importer import ImportFailedError
from curation.importing.options import ImportOptions
from curation.recipes import recipe
from curation.recipes.recipe import RecipeError
from curation.reporting import correlation
from curation.reporting.correlation import CorrelationError
from curation.workspace import Workspace
from scoring.image import locator, pixels
from scoring.plain_files import SpecialFileError, plain

pytestmark = pytest.mark.timeout(60)


@pytest.fixture(params=["pipe", "socket", "device", "linked device"])
def special(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Path]:
    """A path at which something lies that must not be opened."""
    path = tmp_path / "special.json"
    if request.param == "pipe":
        os.mkfifo(path)
        yield path
    elif request.param == "socket":
        with socket.socket(socket.AF_UNIX) as listening:
            listening.bind(str(path))
            yield path
    elif request.param == "device":
        yield Path("/dev/zero")
    else:
        path.symlink_to("/dev/zero")
        yield path


def test_plain__files_folders_and_what_is_not_there__pass(tmp_path: Path) -> None:
    (tmp_path / "a").write_bytes(b"")
    for path in (tmp_path, tmp_path / "a", tmp_path / "gone", Path("a\0b")):
        assert plain(path) == path


READERS: dict[str, tuple[type[Exception], Callable[[Path], object]]] = {
    "annotations": (AnnotationsError, annotations.load),
    "archive": (UnreadableFileError, archives.entries),
    "recipe": (RecipeError, recipe.load),
    "recipe, written": (RecipeError, lambda path: recipe.save(recipe.Recipe(), path)),
    "proposals": (DecisionError, rewriting.read),
    "correlation": (CorrelationError, correlation.read_indicators),
    "template": (TemplateError, templates._read),
    "prompt": (PromptError, prompts._read),
    "picture": (SpecialFileError, lambda path: locator.read(str(path))),
    "part of a picture": (SpecialFileError, lambda path: locator.read(f"{path}!at:0+9")),
    "entry of a zip": (SpecialFileError, lambda path: locator.read(f"{path}!zip:a")),
    "cell": (SpecialFileError, lambda path: locator.read(f"{path}!cell:0:a")),
    "decoded picture": (SpecialFileError, lambda path: pixels.decode(str(path))),
}


@pytest.mark.parametrize("reader", READERS)
def test_reader__special_file__is_refused(reader: str, special: Path) -> None:
    error, read = READERS[reader]
    with pytest.raises(error, match="only files and folders are opened"):
        read(special)


def test_import__special_file_as_dataset_or_images__is_refused(
    workspace: Workspace, llava: Callable[..., Path], special: Path
) -> None:
    dataset = llava([row("q", "a")], "b.json")
    for path, options in ((special, ImportOptions()), (dataset, ImportOptions(images=special))):
        with pytest.raises(ImportFailedError, match="only files and folders"):
            importer.import_file(workspace, path, options)
    with pytest.raises(AnnotationsError, match="only files and folders"):
        importer.import_file(workspace, llava([row("q", "a")], "b.json"), ImportOptions(annotations=special))
    assert meta_files.entries(special) == []


def test_import__special_file_among_the_images__is_missing(
    workspace: Workspace, llava: Callable[..., Path], tmp_path: Path
) -> None:
    (tmp_path / "images" / "deep").mkdir(parents=True)
    os.mkfifo(tmp_path / "images" / "a.png")
    os.mkfifo(tmp_path / "images" / "deep" / "b.png")
    (tmp_path / "images" / "c.mp4").symlink_to("/dev/zero")
    rows = [row("q", "a", image=name) for name in ("a.png", "b.png", "c.mp4")]
    assert importer.import_file(workspace, llava(rows)).found_by == {"missing": 3}
    assert examine(str(tmp_path / "images" / "a.png"), tmp_path).outcome == "broken"


@pytest.mark.parametrize("ending", ["tar", "parquet"])
def test_import__special_file_among_shards__is_an_outcome(workspace: Workspace, tmp_path: Path, ending: str) -> None:
    home = tmp_path / "shards"
    home.mkdir()
    os.mkfifo(home / f"0.{ending}")
    with pytest.raises(ImportFailedError):
        importer.import_file(workspace, home)


def test_export__special_file_as_manifest__is_none(tmp_path: Path) -> None:
    (tmp_path / export_folder.RECORDS).mkdir()
    os.mkfifo(tmp_path / export_folder.MANIFEST)
    assert export_folder._manifest(tmp_path) is None


def _paths() -> list[tuple[str, ...]]:
    """Every command line of one command and one path of it, XX for the path."""
    (subparsers,) = (
        action for action in parser(complete=True)._actions if isinstance(action, argparse._SubParsersAction)
    )
    return [line for name, one in subparsers.choices.items() for line in _lines((name,), one)]


def _lines(start: tuple[str, ...], parser: argparse.ArgumentParser) -> Iterator[tuple[str, ...]]:
    needed = [one for one in parser._actions if one.required and not isinstance(one, argparse._SubParsersAction)]
    one_of = [group._group_actions for group in parser._mutually_exclusive_groups if group.required]
    nests = any(isinstance(action, argparse._SubParsersAction) for action in parser._actions)
    for action in parser._actions:
        if isinstance(action, argparse._SubParsersAction):
            for name, inner in action.choices.items():
                yield from _lines((*start, name), inner)
        elif action.type in (Path, terminal.place_argument) and not nests:
            chosen = [group[0] for group in one_of if action not in group]
            others = [one for one in (*needed, *chosen) if one is not action and one.option_strings]
            places = [one for one in parser._actions if not one.option_strings and (one in needed or one is action)]
            words = [word for one in others for word in _said(one, "other")]
            words += [word for one in places for word in _said(one, "XX" if one is action else "other")]
            yield (*start, *words, *(_said(action, "XX") if action.option_strings else ()))


def _said(action: argparse.Action, value: str) -> list[str]:
    value = next(iter(action.choices)) if action.choices else value
    return [*action.option_strings[:1], value]


LINES = _paths()


def test_command_lines__every_path_of_every_command_is_among_them() -> None:
    named = {line[:1] + line[-2:] for line in LINES}
    assert {("import", "import", "XX"), ("import", "--images", "XX"), ("recipe", "show", "XX")} <= named
    assert len(LINES) > 30


@pytest.mark.parametrize("line", LINES, ids=" ".join)
def test_command__special_file_as_a_path__is_refused_in_a_sentence(
    line: tuple[str, ...], tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    os.mkfifo(tmp_path / "pipe")
    (tmp_path / "other").write_text(json.dumps([row("q", "a")]))
    code = main([word.replace("XX", str(tmp_path / "pipe")) for word in line])
    error = capsys.readouterr().err.strip()
    assert (code, error) == (
        1,
        f"error: {tmp_path / 'pipe'} cannot be opened: it is a named pipe, and only files and folders are opened.",
    )
    assert not (tmp_path / "workspace").exists()
