"""The generated workspace is one that the app would have made: scored, resolvable, with people's decisions."""

from __future__ import annotations

from pathlib import Path

import generator
import orjson

from curation.app.server import Server
from curation.filtering.snapshot import build
from curation.runs import status
from curation.views.sample import pictures
from curation.workspace import open_workspace


def test_build__nothing_is_left_to_score__pictures_and_spans_are_real(tmp_path: Path) -> None:
    generator.build(tmp_path / "made", 2000, pictures=6)
    workspace = open_workspace(tmp_path / "made")
    server = Server(workspace)
    try:
        assert {one.name for one in status.metric_states(workspace) if one.active and one.state != "done"} == set()
        thumb = pictures.thumbnail(server, 999)
        assert thumb is not None
        assert thumb.read_bytes()[:2] == b"\xff\xd8"
        snapshot = build(workspace)
        assert snapshot.count == 2000
        assert set(snapshot.decisions["who"]) == set(generator.PEOPLE)
        assert {"hallucination", "duplicate", "image_missing", "refusal"} <= set(snapshot.flags["kind"])
        said = workspace.store.rows(
            "SELECT response[start_char + 1:end_char], text, raw FROM flag JOIN turn USING (sample_no, turn_index) "
            "JOIN sample USING (sample_no) WHERE kind = 'hallucination'"
        )
        assert len(said) > 10
        assert all(marked == text and orjson.loads(raw)["conversations"] for marked, text, raw in said)
    finally:
        server.close()
