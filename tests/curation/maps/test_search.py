"""Ranked search: what is near in the vectors behind a map, and what a picture shows by CLIP."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import polars as pl
import pytest
from support import row, score_all

from curation.common import program
from curation.importing import importer
from curation.importing.options import ImportOptions
from curation.maps import search
from curation.maps.text_encoder import PhraseError, Phrases
from curation.workspace import Workspace, metric_settings
from storage.store import append_frame

SAID = ("A red car on a road.", "A red car on a street.", "Two dogs sleep on a sofa.", "")


@pytest.fixture
def told(workspace: Workspace, llava: Callable[..., Path], photo: Callable[..., Path]) -> Iterator[Workspace]:
    """Four samples with a picture each; the first two speak of the same."""
    rows = [row("What is it?", said, image=photo(f"{n}.png", n).name) for n, said in enumerate(SAID)]
    importer.import_file(workspace, llava(rows), ImportOptions(name="four"))
    yield workspace
    search.close(workspace)


def _vectors(workspace: Workspace, feature: str, vectors: list[list[float]]) -> None:
    version = metric_settings.columns(workspace)[feature].version
    frame = pl.DataFrame(
        {"subject_no": range(len(vectors)), "vector": vectors},
        schema_overrides={"subject_no": pl.Int32, "vector": pl.List(pl.Float32)},
    ).with_columns(feature=pl.lit(feature), version=pl.lit(version), run_no=pl.lit(1))
    with workspace.store.transaction("scores") as cursor:
        append_frame(cursor, "embedding", frame)


def test_like__the_sample_itself_then_the_nearest(told: Workspace) -> None:
    score_all(told, "response_meaning")
    found = search.like(told, "map_responses", 0)
    assert found.numbers.tolist()[:2] == [0, 1]
    assert found.cosines[0] == pytest.approx(1.0, abs=1e-5)
    assert found.cosines[1] > found.cosines[2]


def test_like__a_sample_without_a_vector_says_so(told: Workspace) -> None:
    found = search.like(told, "map_responses", 2)
    assert len(found.numbers) == 0
    assert "no vector" in found.why
    assert search.like(told, "map_nonsense", 0).why


def test_like__among_many_images_the_best_counts(told: Workspace) -> None:
    _vectors(told, "image_content", [[1.0, 0.0], [0.0, 1.0], [0.9, 0.1], [0.0, 0.0]])
    assert search.like(told, "map_images", 0).numbers.tolist() == [0, 2, 1]


def test_scene__without_vectors_says_what_to_do(told: Workspace) -> None:
    found = search.scene(told, "a red car")
    assert len(found.numbers) == 0
    assert "Runs page" in found.why


def test_scene__without_weights_says_why(told: Workspace, tmp_path: Path) -> None:
    metric_settings.set_params(told, "clip_image", {"pretrained": str(tmp_path / "gone.pt")})
    _vectors(told, "clip_image", [[1.0, 0.0]] * 4)
    found = search.scene(told, "a red car")
    assert "no such checkpoint" in found.why


def test_scene__ranks_pictures_by_the_phrase_in_a_process_of_its_own(
    told: Workspace, tiny_clip: dict[str, Any]
) -> None:
    metric_settings.set_params(told, "clip_image", tiny_clip)
    vector = search._tower(told, metric_settings.columns(told)["clip_image"]).vector("a red car")
    far = [-one for one in vector]
    _vectors(told, "clip_image", [far, vector, [a + 0.5 for a in vector], far])
    found = search.scene(told, " a red  car ")
    assert found.why == ""
    assert found.numbers.tolist()[:2] == [1, 2]
    assert found.cosines[0] == pytest.approx(1.0, abs=1e-5)


def test_phrases__a_process_that_dies_is_named_and_started_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    script = tmp_path / "scoring" / "phrases.py"
    script.parent.mkdir()
    script.write_text("import sys\nsys.exit(3)\n")
    monkeypatch.setattr(program, "ROOT", tmp_path)
    asked = Phrases({})
    with pytest.raises(PhraseError, match=r"ended before it answered|no answer"):
        asked.vector("a dog")
    script.write_text(
        "import sys\n"
        "print('{\"ready\": true}', flush=True)\n"
        "sys.stdin.readline()\n"
        "for line in sys.stdin: print('{\"vector\": [1, 0]}', flush=True)\n"
    )
    monkeypatch.setattr(asked, "_failed", (0.0, ""))
    assert asked.vector("a dog") == [1, 0]
    process = asked._process
    assert process is not None
    asked.close()
    assert process.poll() is not None


def test_server_side__loads_no_torch() -> None:
    import subprocess

    code = (
        "import sys, curation.maps.search, curation.app.scope, curation.views.map.map; sys.exit('torch' in sys.modules)"
    )
    assert subprocess.run([sys.executable, "-c", code], cwd=program.ROOT, check=False).returncode == 0
