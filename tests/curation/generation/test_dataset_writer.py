from __future__ import annotations

import json
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from support import score_all

from curation.__main__ import main
from curation.annotations import load_each
from curation.flags import spans
from curation.generation import adapt, clue, dataset_writer, negatives, templates
from curation.generation.adapt import About
from curation.generation.candidate import Candidate
from curation.generation.clue import Collected
from curation.generation.dataset_writer import MakingError
from curation.workspace import Workspace, open_workspace

Write = Callable[..., Path]
SHARED = Path(__file__).resolve().parents[4] / "shared" / "data"
COCO = {
    "images": [{"id": n, "file_name": f"COCO_val2014_{n}.jpg"} for n in (1, 2)],
    "categories": [{"id": n, "name": name} for n, name in enumerate(("dog", "cat", "couch", "kite", "fork"))],
    "annotations": [
        {"id": 1, "image_id": 1, "category_id": 0, "bbox": [10, 10, 100, 100], "iscrowd": 0},
        {"id": 2, "image_id": 2, "category_id": 1, "bbox": [10, 10, 100, 100], "iscrowd": 0},
    ],
}


@pytest.fixture
def notes(tmp_path: Path, photo: Write) -> Path:
    """COCO instances of two photos."""
    photo("1.png", 1)
    photo("2.png", 2)
    (tmp_path / "instances.json").write_text(json.dumps(COCO))
    return tmp_path / "instances.json"


@pytest.fixture
def run(tmp_path: Path, notes: Path, capsys: pytest.CaptureFixture[str]) -> Callable[..., Any]:
    """Runs `generate` and gives (exit code, JSON answer or the error)."""

    def generate(*words: str, images: bool = True) -> tuple[int, Any]:
        source = ["--annotations", str(notes), "--images", str(tmp_path / "images")] if images else []
        code = main(["generate", "--workspace", str(tmp_path / "workspace"), "--json", *source, *words])
        shown = capsys.readouterr()
        return code, json.loads(shown.out) if shown.out else shown.err.strip().splitlines()[-1]

    return generate


def test_generate__becomes_a_dataset_with_its_evidence(run: Callable[..., Any], tmp_path: Path) -> None:
    code, made = run("--per-image", "20", "--name", "mine")
    assert code == 0
    assert (made["dataset"], made["images"], made["imported"]) == ("mine", 2, made["candidates"])
    assert made["file"] == str(tmp_path / "workspace" / "generated" / "mine.jsonl")
    opened = open_workspace(tmp_path / "workspace")
    assert opened.store.one("SELECT count(*) FROM annotation") == 2
    assert opened.store.one("SELECT count(*) FROM sample_image WHERE found_by = 'exact'") == made["candidates"]
    opened.close()


def test_generate__again__changes_nothing_and_other_content_needs_another_name(
    run: Callable[..., Any], tmp_path: Path
) -> None:
    first = run("--name", "mine")[1]
    again = run("--name", "mine")[1]
    assert (again["already_there"], again["candidates"]) == (True, first["candidates"])
    assert run("--name", "mine", "--seed", "5") == (
        1, "error: There is already a dataset 'mine' with other content; choose another --name.",
    )  # fmt: skip
    assert run()[1]["dataset"] == "mine"
    assert [run("--seed", seed)[1]["dataset"] for seed in ("5", "6")] == ["generated", "generated-2"]
    folder = tmp_path / "workspace" / "generated"
    assert sorted(path.name for path in folder.iterdir()) == ["generated-2.jsonl", "generated.jsonl", "mine.jsonl"]


def test_generate__from_a_dataset__uses_what_was_attached_to_it(run: Callable[..., Any]) -> None:
    whole = run("--name", "mine")[1]
    code, made = run("--dataset", "mine", "--name", "second", "--tasks", "region,existence", images=False)
    assert code == 0
    assert set(made["tasks"]) == {"region", "existence"}
    assert made["images"] == whole["images"] == 2


def test_generate__images_in_a_zip__found_again_by_the_import(run: Callable[..., Any], tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "photos.zip", "w") as archive:
        for name in ("1.png", "2.png"):
            archive.write(tmp_path / "images" / name, f"deep/{name}")
    code, made = run("--images", str(tmp_path / "photos.zip"))
    assert (code, made["images"], made["imported"]) == (0, 2, made["candidates"])
    opened = open_workspace(tmp_path / "workspace")
    assert opened.store.one("SELECT count(*) FROM annotation") == 2
    assert opened.store.one("SELECT count(*) FROM sample_image WHERE outcome = 'ok'") == made["candidates"]
    opened.close()


def test_generate__out__writes_a_file_and_opens_no_workspace(run: Callable[..., Any], tmp_path: Path) -> None:
    code, made = run("--out", str(tmp_path / "deep" / "c.jsonl"), "--limit", "1")
    rows = [json.loads(line) for line in (tmp_path / "deep" / "c.jsonl").read_text().splitlines()]
    assert (code, made["dataset"], made["candidates"], made["images"]) == (0, None, len(rows), 1)
    assert not (tmp_path / "workspace").exists()


@pytest.mark.parametrize(
    ("words", "images", "sentence"),
    [
        ((), False, "either --annotations with --images, or --dataset"),
        (("--tasks", "caption,poems"), True, "no task 'poems'. Known: caption, "),
        (("--tasks", "caption"), True, "no picture has the annotations that the chosen tasks need"),
        (("--images", "/nowhere"), True, "no image folder /nowhere"),
        (("--name", "../up"), True, "cannot be the name of a dataset"),
        (("--dataset", "none"), False, "no dataset 'none'"),
    ],
)
def test_generate__cannot__one_sentence(
    run: Callable[..., Any], words: tuple[str, ...], images: bool, sentence: str
) -> None:
    code, message = run(*words, images=images)
    assert code == (2 if "Known: " in message or "none yet" in message else 1)
    assert sentence in message


def test_generate__no_annotated_picture_in_the_folder__says_so(run: Callable[..., Any], tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    code, message = run("--images", str(tmp_path / "empty"))
    assert code == 1
    assert "None of the annotated images can be used" in message
    assert "2 not in the image folder" in message


def test_write__nothing_made__leaves_no_file(tmp_path: Path) -> None:
    with pytest.raises(MakingError, match="Nothing could be made"):
        dataset_writer.write([], tmp_path / "c.jsonl")
    assert list(tmp_path.iterdir()) == []


@pytest.fixture
def real() -> tuple[Collected, list[Candidate]]:
    """Candidates of the COCO photos with captions and instances, with hard negatives."""
    if not SHARED.exists():
        pytest.skip("the shared data is not here")
    found = clue.collect(load_each([SHARED / "coco_annotations"]), SHARED / "coco_vlit" / "images", limit=40)
    about = About(negatives.statistics(found.clues), templates.load(), negatives="cooccurring")
    return found, list(adapt.candidates(found.clues, about, list(adapt.known_tasks()), 12, 0))


def test_real_photos__true_samples_have_no_hallucinations(
    workspace: Workspace, real: tuple[Collected, list[Candidate]]
) -> None:
    collected, candidates = real
    assert {one.task for one in candidates} == {
        "caption", "classification", "counting", "detailed", "existence", "region",
    }  # fmt: skip
    dataset_writer.into_workspace(workspace, candidates, collected, load_each([SHARED / "coco_annotations"]))
    score_all(workspace, "hallucination")
    flagged = spans.current(workspace.store).filter(kind="hallucination")
    assert flagged.height <= len(candidates) / 200
