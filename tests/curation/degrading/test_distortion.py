"""Pictures are distorted in their place, the same way for the same seed, and what is no picture stays."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from curation.degrading import distortion

Photo = Callable[..., Path]


def test_distort__every_kind_comes_and_the_picture_keeps_its_size(photo: Photo) -> None:
    done: Counter[str] = Counter()
    for number in range(30):
        path = photo(f"{number}.png", seed=number)
        before = np.asarray(Image.open(path).convert("RGB"), dtype=float)
        done[distortion.distort(path, seed=1)] += 1
        after = np.asarray(Image.open(path).convert("RGB"), dtype=float)
        assert after.shape == before.shape
        assert np.abs(after - before).mean() > 1
    assert done.keys() == {"blur", "noise", "compression"}


def test_distort__same_seed_same_bytes__another_seed_others(photo: Photo) -> None:
    first, second = [], []
    for seeds, results in (((1, 1), first), ((1, 2), second)):
        for seed in seeds:
            paths = [photo(f"{number}.png", seed=number) for number in range(8)]
            results.append([(distortion.distort(path, seed), path.read_bytes()) for path in paths])
    assert first[0] == first[1] == second[0] != second[1]


@pytest.mark.parametrize("content", [b"", b"no picture", b"\x89PNG\r\n\x1a\n broken"])
def test_distort__what_is_no_picture__stays_as_it_is(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "a.png"
    path.write_bytes(content)
    assert distortion.distort(path) == ""
    assert path.read_bytes() == content


def test_distort__an_animated_picture_of_a_kind_that_is_not_written__stays(tmp_path: Path) -> None:
    path = tmp_path / "a.gif"
    Image.new("P", (8, 8)).save(path)
    before = path.read_bytes()
    assert distortion.distort(path) == ""
    assert path.read_bytes() == before
