"""Exports of the sets in every form, moved to another folder, and the jobs that the lines of their cards are."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from curation.balancing import export_plan
from curation.common.errors import WinnowError
from curation.exporting import export, form
from curation.exporting.form import Form
from curation.exporting.image_files import FORMS
from curation.filtering.snapshot import build
from curation.formats import registry
from curation.formats.contract import PLACE
from curation.importing.importer import import_file
from curation.importing.options import ImportOptions
from curation.recipes.recipe import Recipe
from curation.workspace import open_workspace
from tools.consumers.sets import Case, write

_BLOCK = re.compile(r"^```(\w+)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
_STUB = """#!{python}
import json, os, sys
script = sys.argv[1] if os.path.basename(sys.argv[0]) == "python" and len(sys.argv) > 1 else ""
if os.path.isfile(script):
    os.execv("{python}", ["{python}", *sys.argv[1:]])
with open("{calls}", "a") as calls:
    env = {{name: os.environ[name] for name in ("ROOT_IMAGE_DIR",) if name in os.environ}}
    calls.write(json.dumps({{"words": sys.argv[1:], "cwd": os.getcwd(), "env": env}}) + "\\n")
"""


@dataclass(frozen=True)
class Export:
    """An export of a set: what it lost by its own account, or why it is not offered; and the jobs of its card."""

    case: Case
    format: str
    images: str
    lost: Sequence[str] = ()
    refusal: str = ""
    jobs: Sequence[Mapping[str, Any]] = field(default_factory=tuple)


def exports(case: Case, folder: Path, formats: Sequence[str] = ()) -> Iterator[Export]:
    """Exports a set in every format and form of images.

    Args:
        case: The set.
        folder: Folder to work in.
        formats: Names of formats; empty for all that can be written.

    Yields:
        One export after the other.
    """
    home = folder / "source"
    home.mkdir(parents=True)
    path = write(case, home)
    workspace = open_workspace(folder / "workspace")
    try:
        import_file(workspace, path, ImportOptions(images=home / "images", format_name="swift"))
        for name in formats or registry.writers():
            for images in FORMS:
                recipe = export_plan.complete_recipe(workspace, build(workspace), Recipe(name="export"))
                plan = export_plan.replay(workspace, recipe)
                wanted = Form(name, images, case.preferences)
                out = folder / f"{name}-{images}"
                try:
                    manifest = export.write(workspace, plan, out, approved=False, form=wanted)
                except form.UnreadableFormError as error:
                    yield Export(case, name, images, refusal=str(error))
                    continue
                lost = sorted({name for counts in manifest["not_carried"].values() for name in counts})
                moved = folder / "moved" / out.name
                moved.parent.mkdir(exist_ok=True)
                out.rename(moved)
                yield Export(case, name, images, lost, jobs=tuple(_jobs(moved, manifest)))
    finally:
        workspace.close()


def _jobs(folder: Path, manifest: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
    """What each block of lines on the card asks of a program: a command as it was called, or lines of Python."""
    programs = [launch["program"] for launch in manifest["launch"]]
    card = (folder / "README.md").read_text(encoding="utf-8")
    blocks = [match for match in _BLOCK.findall(card) if PLACE in match[1]]
    if len(blocks) != len(programs):
        raise WinnowError(f"{folder} has {len(blocks)} blocks of lines for {len(programs)} programs")
    for program, (language, lines) in zip(programs, blocks, strict=True):
        code = lines.replace(PLACE, str(folder))
        kind = next((kind for kind in ("dpo", "kto") if f"train-{kind}" in code), "")
        job = {"program": program, "kind": kind, "code": code, "root": str(folder / "data")}
        yield job | (_called(code, folder) if language == "sh" else {})


def _called(code: str, folder: Path) -> dict[str, Any]:
    """Runs lines of a shell anywhere, with stand-ins for the programs: what the last one was called with."""
    elsewhere = Path(tempfile.mkdtemp(dir=folder.parent))
    stubs, calls = elsewhere / "stubs", elsewhere / "calls"
    stubs.mkdir(parents=True)
    for name in ("python", "swift", "llamafactory-cli", "deepspeed", "torchrun", "axolotl", "dj-process"):
        stub = stubs / name
        stub.write_text(_STUB.format(python=sys.executable, calls=calls), encoding="utf-8")
        stub.chmod(0o755)
    path = f"{stubs}:{os.environ['PATH']}"
    subprocess.run(["bash", "-ec", code], cwd=elsewhere, env=os.environ | {"PATH": path}, check=True)
    called: dict[str, Any] = json.loads(calls.read_text(encoding="utf-8").splitlines()[-1])
    return called
