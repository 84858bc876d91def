"""Plug-ins from a folder or an installed package are found as built-in ones are, and checked by the same code."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from types import ModuleType

import pytest

import curation.annotations.sources
import curation.archives
import curation.checks.kinds
import curation.containers
import curation.formats
import curation.generation.modes
import curation.generation.tasks
import scoring.features
import scoring.indicators
import scoring.metrics
import scoring.stages
import winnow
from curation.__main__ import main
from curation.checks import plugin_check
from curation.formats import registry as formats
from scoring import plugins, registry

PACKAGES = (
    scoring.metrics, scoring.features, scoring.stages, scoring.indicators, curation.formats, curation.containers,
    curation.archives, curation.annotations.sources, curation.generation.tasks, curation.generation.modes,
    curation.checks.kinds,
)  # fmt: skip
BUILT_IN = [
    module
    for package in PACKAGES
    for module in plugins.of_package(package)
    if any(name in vars(module) for name in plugin_check.CONTRACTS)
]
METRIC = '''"""How many words a response has that begin with a capital.

Unit: words, 0 and up.
"""

from scoring.metric import Flag, Metric, Result

METRIC = Metric(
    name="capitals", version="1", title="Capitals", principle="readability", subject="turn", range=(0.0, None),
    unit="words", bad_when="high",
)


def load(params):
    """Nothing to load."""


def score(batch, model):
    """One result per turn."""
    return [Result(float(sum(word[:1].isupper() for word in item.turn.response.split()))) for item in batch.items]
'''


@pytest.mark.parametrize("module", BUILT_IN, ids=lambda module: module.__name__)
def test_built_in__keeps_its_contract(module: ModuleType) -> None:
    assert plugin_check.faults(module) == []


def test_folder__its_metric_is_scored_in_the_workers_and_by_the_api(plugin_folder: Path, tmp_path: Path) -> None:
    (plugin_folder / "capitals.py").write_text(METRIC)
    rows = [{"id": "1", "conversations": [{"from": "human", "value": "Hi?"}, {"from": "gpt", "value": "A Big dog."}]}]
    plugins.forget()
    with winnow.open_workspace(tmp_path / "workspace", plugins=[plugin_folder]) as workspace:
        workspace.import_rows(rows)
        workspace.score(["capitals"])
        assert workspace.scores()["capitals"].to_list() == [2.0]


def test_folder__its_format_is_recognised(plugin_folder: Path) -> None:
    source = Path(curation.formats.__path__[0], "llava.py").read_text()
    (plugin_folder / "odd.py").write_text(
        source.replace('name="llava"', 'name="odd"').replace('"conversations"', '"talk"')
    )
    plugins.use([plugin_folder])
    assert "odd" in formats.formats()


def test_folder__is_not_loaded_unasked(plugin_folder: Path) -> None:
    (plugin_folder / "capitals.py").write_text(METRIC)
    plugins.forget()
    assert "capitals" not in registry.metrics()


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("import no_such_package", "capitals.py cannot be loaded: ModuleNotFoundError"),
        (METRIC.replace("def score", "def rate"), "capitals.py lacks score"),
        (METRIC.replace('name="capitals"', 'name="response_length"'), "Two plug-ins are named 'response_length'"),
    ],
)
def test_folder__file_that_does_not_fit__one_sentence(
    plugin_folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], text: str, sentence: str
) -> None:
    (plugin_folder / "capitals.py").write_text(text)
    plugins.forget()
    assert main(["score", "--workspace", str(tmp_path / "w"), "--plugins", str(plugin_folder)]) == 1
    assert sentence in capsys.readouterr().err


def test_folder__that_is_not_there__one_sentence(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["status", "--workspace", str(tmp_path), "--plugins", str(tmp_path / "none")]) == 1
    assert "There is no folder of plug-ins at" in capsys.readouterr().err


def test_installed_package__is_found_by_its_entry_point(
    plugin_folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    site = tmp_path / "site"
    (site / "capitals-1.dist-info").mkdir(parents=True)
    (site / "capitals-1.dist-info" / "METADATA").write_text("Metadata-Version: 2.1\nName: capitals\nVersion: 1\n")
    (site / "capitals-1.dist-info" / "entry_points.txt").write_text(f"[{plugins.GROUP}]\ncapitals = capitals_metric\n")
    (site / "capitals_metric.py").write_text(METRIC)
    monkeypatch.syspath_prepend(str(site))
    plugins.forget()
    assert "capitals" in registry.metrics()


@pytest.mark.parametrize(
    ("old", "new", "fault"),
    [
        ("", "", "keeps its contract"),
        ("Result(float(", "Result(-1 - float(", "below its range"),
        ('"readability"', '"beauty"', "'beauty' is none of readability"),
        ("for item in batch.items]", "for item in batch.items[1:]]", "It fails on"),
        ("sum(word", "1 / sum(word", "It fails on"),
        ('"""How many', '"""', "keeps its contract"),
        ("METRIC = Metric", "OTHER = Metric", "It declares none of METRIC"),
    ],
)
def test_check_plugin__names_the_fault(
    plugin_folder: Path, capsys: pytest.CaptureFixture[str], old: str, new: str, fault: str
) -> None:
    path = plugin_folder / "capitals.py"
    path.write_text(METRIC.replace(old, new, 1) if old else METRIC)
    plugins.forget()
    code = main(["check-plugin", str(path)])
    assert fault in capsys.readouterr().out
    assert code == (0 if fault == "keeps its contract" else 1)


def test_check_plugin__works_as_a_command_of_its_own(plugin_folder: Path) -> None:
    (plugin_folder / "capitals.py").write_text(METRIC)
    command = [sys.executable, "-m", "curation", "check-plugin", str(plugin_folder / "capitals.py")]
    done = subprocess.run(command, capture_output=True, text=True, check=True, env=os.environ)
    assert done.stdout.strip().endswith("keeps its contract.")
