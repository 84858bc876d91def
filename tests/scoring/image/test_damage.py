"""What was done to a photo is named, the worse the lower its score; whole photos and drawings are left alone."""

from __future__ import annotations

import clean_sets
import numpy as np
import pytest

from benchmarks import damage
from scoring.image import readability

PHOTOS = [np.asarray(clean_sets.pictures()[number]) for number in (0, 4, 6)]
NAMES = {
    "motion blur": "smeared in one direction", "gaussian noise": "noisy", "salt and pepper": "noisy",
    "contrast": "without contrast", "posterised": "reduced to few colours", "pixelated": "made of large pixels",
    "JPEG quality": "blocky", "brightness": "full of glare", "blur": "blurred", "dark": "dark",
    "over-exposed": "over-exposed",
}  # fmt: skip


@pytest.mark.parametrize("kind", list(damage.DAMAGES))
def test_readability__damage__is_named_and_scores_fall_with_it(kind: str) -> None:
    named = []
    for photo in PHOTOS:
        values = [damage.judged(photo)[0], *(damage.judged(damage.DAMAGES[kind](photo, step))[0] for step in (2, 4))]
        assert values[0] > 0.5
        assert values[0] + 0.05 >= values[1] > values[2]
        worst = damage.pixels_of(damage.DAMAGES[kind](photo, damage.STEPS - 1))
        part = readability.weakest(readability.parts(worst, min(photo.shape[:2])))
        named.append((part.name, part.value < readability.WORTH_SHOWING))
    assert sum(flagged for _, flagged in named) >= 2, named
    assert NAMES[kind] in [name for name, _ in named], named


@pytest.mark.parametrize("number", range(len(clean_sets.pictures())))
def test_readability__clean_pictures__are_not_flagged(number: int) -> None:
    rgb = np.asarray(clean_sets.pictures()[number])
    part = readability.weakest(readability.parts(damage.pixels_of(rgb), 300))
    assert part.value >= readability.WORTH_SHOWING, part


def test_readability__a_chart_of_few_colours_on_white__has_all_its_levels() -> None:
    chart = np.full((300, 400, 3), 255, np.uint8)
    for number, colour in enumerate(((255, 0, 0), (0, 0, 255), (0, 255, 0), (0, 0, 0))):
        chart[200 - 40 * number : 280, 40 + 80 * number : 90 + 80 * number] = colour
    part = readability.weakest(readability.parts(damage.pixels_of(chart), 300))
    assert part.value >= readability.WORTH_SHOWING, part
