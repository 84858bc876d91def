"""The messages between server and browser: the scripts know the same ones as the code."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any, get_args, get_type_hints, is_typeddict

import pytest

from curation.views.messages import board, browse, deck, editors, flags, map
from tools.messages import TYPES, message_types, text

ASSETS = Path(__file__).resolve().parents[1] / "assets"
COMPONENTS = json.loads((ASSETS / "components.json").read_text())
SENT = {
    "browse": (browse.BrowseData, browse.BrowseSent),
    "clusters": (map.ClustersData, map.MapSent),
    "drafts": (editors.DraftsData,),
    "flag_inspector": (flags.FlagData, flags.FlagSent),
    "keys": (editors.KeysData,),
    "lifeline": (editors.LifelineData, editors.LifelineSent),
    "map": (map.MapData, map.MapSent),
    "person": (editors.PersonData,),
    "quota_table": (editors.QuotaData, editors.QuotaSent),
    "review_deck": (deck.DeckData, deck.DeckSent),
    "span_editor": (editors.SpanData, editors.SpanSent),
    "strip": (map.StripData, map.MapSent),
    "text_editor": (editors.TextData, editors.TextSent),
    "thresholds": (board.BoardData, board.BoardSent),
}
"""What goes to each component, and what comes back."""
UNREAD = {
    "browse": {"language"},  # the table reads a row by the names of its columns
    "clusters": {"box", "x", "y"},  # the map and the list beside it get the same clusters
    "map": {"images", "words", "mean", "flagged", "decided"},
    "drafts": {"start", "end"},  # a stretch is compared as a whole
}
"""Fields that a component leaves alone, and why."""


ROUTES = (browse.BrowseQuestion, browse.OpenedSample)
"""What goes to routes, and what they answer."""


def test_types_of_the_scripts__are_those_of_the_code() -> None:
    assert TYPES.read_text(encoding="utf-8") == text(), "run `make messages`"


def test_components__have_messages_and_their_scripts_name_them() -> None:
    assert SENT.keys() == COMPONENTS.keys()
    for name, types in SENT.items():
        wanted = ", ".join(message.__name__ for message in types)
        assert f"@type {{Component<{wanted}>}}" in _source(name), name


@pytest.mark.parametrize("name", SENT)
def test_component__reads_every_field_that_is_sent_to_it(name: str) -> None:
    words = set(re.findall(r"\w+", re.sub(r"/\*.*?\*/|//[^\n]*", "", _source(name), flags=re.DOTALL)))
    assert _fields(SENT[name][0]) - words == UNREAD.get(name, set())


def test_messages__are_all_of_some_component() -> None:
    reached = {name for types in (*SENT.values(), ROUTES) for message in types for name in _reached(message)}
    assert message_types().keys() - reached == {"BoardState", "BoardFilters", "MapDrawing", "ClusterExamples"} - reached


def _source(name: str) -> str:
    return "\n".join((ASSETS / script).read_text(encoding="utf-8") for script in COMPONENTS[name]["scripts"])


def _fields(message: type) -> set[str]:
    return {field for reached in _reached(message).values() for field in get_type_hints(reached)}


def _reached(hint: Any) -> dict[str, type]:
    """A message and those within it."""
    if is_typeddict(hint):
        own = {hint.__name__: hint}
        return own | {name: found for part in get_type_hints(hint).values() for name, found in _reached(part).items()}
    return {name: found for part in get_args(hint) for name, found in _reached(part).items()}
