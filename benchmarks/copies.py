"""Near duplicates: how many altered copies and reworded turns are found, and what is taken for one and is none.

`python -m benchmarks copies --folder PHOTOS` makes altered copies of the photos of a folder, all with one text, and
looks for duplicates among them as scoring does, with the vectors that are installed. Without a folder it draws scenes.
"""

from __future__ import annotations

import argparse
import tempfile
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path

import imagehash
import numpy as np
import polars as pl
from PIL import Image

from benchmarks import Row, _altered
from scoring import registry, work
from scoring.item import Image as ImageItem
from scoring.stages import duplicates

BY_NAME_ONLY = True
_TEXTS = ("Describe the image.", "A quiet place with some things in it.")
_MOVED = "a thing elsewhere"


def run(options: Sequence[str] = ()) -> Iterator[Row]:
    """Alters pictures, groups them, and counts the copies that are in the group of their picture."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks copies")
    parser.add_argument("--folder", type=Path, help="photos (default: drawn scenes)")
    parser.add_argument("--most", type=int, default=60, help="how many of them")
    chosen = parser.parse_args(options)
    with tempfile.TemporaryDirectory() as folder:
        yield from _measured(_pictures(chosen.folder, chosen.most), Path(folder))


def _pictures(folder: Path | None, most: int) -> list[Image.Image]:
    if folder is None:
        return [_altered.drawn_scene(seed) for seed in range(most)]
    paths = sorted(path for path in folder.rglob("*") if path.suffix.lower() in (".jpg", ".jpeg", ".png"))
    return [Image.open(path).convert("RGB") for path in paths[:most]]


def _measured(pictures: Sequence[Image.Image], folder: Path) -> Iterator[Row]:
    made: list[tuple[int, str, Image.Image]] = []
    for number, picture in enumerate(pictures):
        made.append((number, "", picture))
        made += [(number, kind, alter(picture)) for kind, alter in _altered.ALTERATIONS.items()]
        other = pictures[number - 1]
        first, second = ((0.2, 0.3), (0.7, 0.6)) if number % 2 else ((0.6, 0.2), (0.1, 0.7))
        scene = number + len(pictures)
        made += [(scene + len(pictures) * place, _MOVED, _altered.with_a_thing(picture, other, spot))
                 for place, spot in enumerate((first, second))]  # fmt: skip
    paths = [folder / f"{place}.jpg" for place in range(len(made))]
    for path, (_, _, picture) in zip(paths, made, strict=True):
        picture.save(path, quality=92)
    params = {**duplicates.STAGE.params, **duplicates.STAGE.machine_params()}
    _lay_ready(folder, paths, made, str(params["vectors"]))
    started = time.process_time()
    result = duplicates.run(folder / "work.parquet", params, lambda _: None)
    seconds = time.process_time() - started
    groups: dict[int, list[int]] = {}
    for member in result.members:
        groups.setdefault(member.group, []).append(member.sample_no)
    found: Counter[str] = Counter()
    false = 0
    for members in groups.values():
        of_pictures = Counter(made[number][0] for number in members)
        (shown, _), *_ = of_pictures.most_common(1)
        false += len(of_pictures) - 1
        found.update(made[number][1] for number in members if made[number][0] == shown)
    for kind in _altered.ALTERATIONS:
        yield kind, f"{found[kind]} of {len(pictures)}", ">= 95 %"
    yield "other pictures in a group, among them with a thing moved", str(false), "0"
    yield "time per picture, without its vector", f"{1000 * seconds / len(made):.1f} ms", "<= 15 ms"


def _lay_ready(folder: Path, paths: Sequence[Path], made: Sequence[tuple[int, str, Image.Image]], vectors: str) -> None:
    """Writes the work list and the vectors that the stage reads."""
    module = registry.feature_modules()[vectors]
    items = [ImageItem(number, str(path), *made[number][2].size) for number, path in enumerate(paths)]
    values = [np.asarray(vector).tolist() for vector in module.compute(items, module.load({}))]
    table = pl.DataFrame({"subject_no": list(range(len(items))), "vector": values})
    table = table.cast({"subject_no": pl.Int32, "vector": pl.List(pl.Float32)})
    table.write_parquet(folder / work.input_file(vectors))
    instruction, response = _TEXTS
    rows = [
        {
            "sample_no": item.image_no,
            "dataset_no": 1,
            "row_index": item.image_no,
            "turns": [{"turn_no": item.image_no, "index": 0, "instruction": instruction, "response": response}],
            "images": [{"image_no": item.image_no, "path": item.path, "width": item.width, "height": item.height,
                        "content_hash": str(item.image_no),
                        "phash": int(str(imagehash.phash(made[item.image_no][2])), 16)}],
        }
        for item in items
    ]  # fmt: skip
    image = pl.Struct(
        {"image_no": pl.Int32, "path": pl.String, "width": pl.Int32, "height": pl.Int32, "content_hash": pl.String,
         "phash": pl.UInt64}
    )  # fmt: skip
    pl.DataFrame(rows, schema_overrides={"images": pl.List(image)}).write_parquet(folder / "work.parquet")
