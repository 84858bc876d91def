"""Boxes stand on their objects: by the guess for the dataset, or as somebody chose, on pictures of any camera."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import PIL.Image
import pytest

from curation.images.coordinates import Convention
from curation.importing.importer import import_file
from curation.views.sample import box_reading, content
from curation.workspace import Workspace
from scoring.image import rendering
from storage import settings


def _imported(workspace: Workspace, folder: Path, boxes: Sequence[Sequence[float]]) -> None:
    """Rows of one picture from a camera held sideways, 300 wide and 400 high upright, a box each."""
    folder.joinpath("images").mkdir()
    exif = PIL.Image.Exif()
    exif[rendering.ORIENTATION] = 6
    PIL.Image.new("RGB", (400, 300)).save(folder / "images" / "sideways.jpg", exif=exif)
    rows: list[dict[str, Any]] = [
        {
            "messages": [
                {"role": "user", "content": "<image>Where is it?"},
                {"role": "assistant", "content": "<bbox>"},
            ],
            "images": ["images/sideways.jpg"],
            "objects": {"ref": ["box"], "bbox": [box]},
        }
        for box in boxes
    ]
    (folder / "rows.jsonl").write_text("\n".join(map(json.dumps, rows)))
    import_file(workspace, folder / "rows.jsonl")


def _first(workspace: Workspace) -> content.SampleContent:
    return content.read(workspace.store, [0])[0]


def _place(sample: content.SampleContent) -> tuple[float, ...]:
    (mark,) = sample.marks
    return (mark.x, mark.y, mark.x + mark.width, mark.y + mark.height)


def test_boxes_of_the_upright_picture__are_recognised(workspace: Workspace, tmp_path: Path) -> None:
    _imported(workspace, tmp_path, [[219, 20, 280, 120], [10, 320, 60, 390]])
    sample = _first(workspace)
    assert (sample.pictures[0].width, sample.pictures[0].height) == (300, 400)
    assert sample.boxes_read.reading.convention == Convention("pixels", "upright")
    assert _place(sample) == pytest.approx((219 / 300, 20 / 400, 280 / 300, 120 / 400))


def test_boxes_of_the_stored_pixels__are_recognised_and_turned(workspace: Workspace, tmp_path: Path) -> None:
    _imported(workspace, tmp_path, [[20, 20, 120, 80], [310, 20, 390, 290]])
    sample = _first(workspace)
    assert sample.boxes_read.reading.convention == Convention("pixels", "stored")
    assert _place(sample) == pytest.approx((220 / 300, 20 / 400, 280 / 300, 120 / 400))


def test_choose__is_drawn_at_once_and_given_back_by_the_guess(workspace: Workspace, tmp_path: Path) -> None:
    _imported(workspace, tmp_path, [[20, 20, 120, 80]])
    guessed, chosen_no = _place(_first(workspace)), _first(workspace).dataset_no
    box_reading.choose(workspace.store, chosen_no, Convention("pixels", "stored"))
    chosen = _first(workspace)
    assert chosen.boxes_read.reading.is_chosen
    assert _place(chosen) == pytest.approx((220 / 300, 20 / 400, 280 / 300, 120 / 400))
    box_reading.choose(workspace.store, chosen_no, None)
    assert _place(_first(workspace)) == guessed
    with pytest.raises(ValueError, match="no reading"):
        box_reading.choose(workspace.store, chosen_no, Convention("inches"))


def test_picture_of_an_earlier_version__without_orientation__is_drawn_upright(
    workspace: Workspace, tmp_path: Path
) -> None:
    _imported(workspace, tmp_path, [[219, 20, 280, 120], [10, 320, 60, 390]])
    now = _first(workspace)
    with workspace.store.transaction("samples") as cursor:
        cursor.execute("UPDATE image SET orientation = NULL, width = 400, height = 300")
    assert _first(workspace).pictures == now.pictures
    assert _first(workspace).marks == now.marks


def _written(workspace: Workspace, folder: Path, boxes: Sequence[str]) -> content.SampleContent:
    """Rows whose answers write a box each on a picture of 640 x 480; the first sample."""
    folder.joinpath("images").mkdir()
    PIL.Image.new("RGB", (640, 480)).save(folder / "images" / "a.jpg")
    rows = [
        {"image": "a.jpg", "conversations": [{"from": "human", "value": "<image>\nWhere is it?"},
                                             {"from": "gpt", "value": f"It is at {box}."}]}
        for box in boxes
    ]  # fmt: skip
    (folder / "rows.json").write_text(json.dumps(rows))
    import_file(workspace, folder / "rows.json")
    return _first(workspace)


@pytest.mark.parametrize(
    "boxes",
    [
        ["[320, 240, 64, 48]", "[10, 20, 300, 100]", "[500, 400, 100, 60]"],
        ['{"bbox": [320, 240, 64, 48], "label": "dog"}', '{"bbox": [600, 20, 30, 100], "label": "cat"}'],
        ["[0.5, 0.5, 0.1, 0.1]", "[0.9, 0.1, 0.05, 0.2]"],
        ["[500, 500, 100, 100]", "[900, 100, 50, 900]", "[850, 20, 150, 970]"],
    ],
    ids=["pixels", "json", "shares", "thousandths"],
)
def test_boxes_as_corner_and_size__are_recognised_and_drawn(
    workspace: Workspace, tmp_path: Path, boxes: list[str]
) -> None:
    sample = _written(workspace, tmp_path, boxes)
    assert sample.boxes_read.reading.convention.order == "sides"
    assert "width, height" in sample.boxes_read.reading.convention.words
    assert _place(sample) == pytest.approx((0.5, 0.5, 0.6, 0.6))


def test_boxes_as_corners__stay_corners_and_a_person_can_say_otherwise(workspace: Workspace, tmp_path: Path) -> None:
    sample = _written(workspace, tmp_path, ["[64, 48, 320, 240]", "[10, 20, 300, 400]"])
    assert sample.boxes_read.reading.convention.order == "corners"
    assert _place(sample) == pytest.approx((0.1, 0.1, 0.5, 0.5))
    box_reading.choose(workspace.store, sample.dataset_no, Convention(order="sides"))
    assert _place(_first(workspace)) == pytest.approx((0.1, 0.1, 0.6, 0.6))


def test_choice__of_an_earlier_version__says_corners(workspace: Workspace, tmp_path: Path) -> None:
    sample = _written(workspace, tmp_path, ["[320, 240, 64, 48]"])
    choice = {str(sample.dataset_no): {"scale": "pixels", "frame": "upright"}}
    settings.update(workspace.store, [box_reading.SETTING], lambda _: {box_reading.SETTING: choice})
    assert _first(workspace).boxes_read.reading.convention == Convention("pixels", "upright", "corners")
