"""Nothing that a module remembers grows without an end."""

from __future__ import annotations

from pathlib import Path

import pytest
from caches import modules, unbounded

ROOT = Path(__file__).parents[1]
PACKAGES = ("curation", "pages", "scoring", "storage", "winnow")

BOUNDED = {
    "curation.exporting.export_folder._writing": "the exports being written now; each takes its own out",
    "curation.generation.resumable._growing": "the plans being made now; each takes its own out",
    "curation.workspace.cache._each": "per store, MOST_NAMES names of MOST_EACH things",
    "curation.workspace.cache._slots": "per store, MOST_NAMES names",
    "curation.app.ranker._jobs": "one per server",
    "curation.maps.search._towers": "one per store",
    "curation.runs.scoring_run._followed": "per workspace the runs that go on; each takes its own out",
    "curation.app.derived._values": "per server and kind MOST values",
    "curation.app.board._boards": "one per server",
    "curation.app.board._caches": "one per server",
    "curation.views.export.export._views": "one per server",
    "curation.views.generate.generate._states": "one per server",
    "curation.views.flags.inspection._samples_cache": "per store, KEPT samples",
    "curation.views.report.report._sets": "one per server",
    "curation.views.report.report._tables": "MOST_TABLES per collection of sets, which goes with them",
    "curation.views.flags.suggestions._proposals": "per server, MOST suggestions",
    "curation.views.thresholds.thresholds._members": "one per server",
    "curation.views.runs.workspace_check._newest": "one per server",
    "pages.components.frontend.component": "one per component that components.json names",
    "scoring.judge.dialect._DIALECTS": "one per endpoint and model that people name",
    "scoring.text.language._identifier": "one per script and group of letters",
    "scoring.plugins._remembered": "one per kind of plug-in",
    "scoring.image.locator._groups": "one: it is emptied before another is added",
}
"""Why each of them is bounded."""


def test_modules__remember_nothing_without_a_bound() -> None:
    remembering = {name for source, module in modules(ROOT, PACKAGES) for name in unbounded(source, module)}
    assert remembering == set(BOUNDED)


@pytest.mark.parametrize(
    "source",
    [
        "kept = {}\ndef read(key):\n    kept[key] = 1",
        "kept: dict[str, int] = dict()\ndef read(row):\n    key = row.strip()\n    return kept.setdefault(key, 1)",
        "kept = weakref.WeakKeyDictionary()\ndef read(server, name):\n    kept.setdefault(server, {})[name] = 1",
        "kept = OrderedDict()\ndef read(*keys):\n    for key in keys:\n        kept.update({key: 1})",
        "kept = {}\ndef read(keys):\n    global kept\n    kept |= dict.fromkeys(keys)",
        "kept = []\nclass Reader:\n    def read(self, key):\n        kept.append(key)",
        "@lru_cache(maxsize=None)\ndef kept(key):\n    return key",
        "@functools.cache\ndef kept(key):\n    return key",
    ],
)
def test_check__finds_what_grows(source: str) -> None:
    assert list(unbounded(source, "here")) == ["here.kept"]


@pytest.mark.parametrize(
    "source",
    [
        "def read(key):\n    kept = {}\n    kept[key] = 1",
        "kept = {}\ndef read():\n    kept['only'] = 1",
        "@lru_cache(maxsize=8)\ndef kept(key):\n    return key",
        "@lru_cache\ndef kept(key):\n    return key",
        "@cache\ndef kept():\n    return 1",
    ],
)
def test_check__leaves_alone_what_does_not(source: str) -> None:
    assert list(unbounded(source, "here")) == []
