"""How the numbers of the boxes that a dataset's rows draw are read: guessed from the rows, or as a person said."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import asdict, astuple, dataclass

from curation.images import coordinates
from curation.images.coordinates import FRAMES, ORDERS, SCALES, Convention, Drawn, Geometry, Guess
from curation.images.probe import stored_orientation
from curation.views.sample import marks
from curation.views.sample.marks import NumberReading
from curation.workspace import cache
from scoring.image import rendering
from storage import looks, settings
from storage.rows import StoredRow
from storage.store import Store

SETTING = "box_reading"
"""The setting, and the topic of its changes: scale, frame and order by number of the dataset, null for the guess."""
ORDERS_BEFORE = "corners"
"""How boxes were read before one could choose; stored choices of then do not say it."""
ROWS = 300
"""Rows of a dataset that the guess is made from."""


@dataclass(frozen=True)
class BoxReading:
    """How a dataset's numbers are read, and what they look like; `guess` has 0 shapes where no notation is open."""

    reading: NumberReading
    guess: Guess


def of(store: Store, dataset_no: int) -> BoxReading:
    """Says how the numbers of a dataset are read.

    Args:
        store: The workspace's store.
        dataset_no: The dataset.

    Returns:
        What a person chose, else the guess.
    """
    guess = cache.recall(
        store, f"box reading {dataset_no}", lambda at: _guess(at, dataset_no), patient=True, topics=("samples",)
    )
    choice = cache.recall(store, SETTING, _chosen, topics=(SETTING,)).get(str(dataset_no))
    if choice:
        convention = Convention(choice["scale"], choice["frame"], choice.get("order", ORDERS_BEFORE))
        return BoxReading(NumberReading(convention, is_chosen=True), guess)
    return BoxReading(NumberReading(guess.convention), guess)


def choose(store: Store, dataset_no: int, convention: Convention | None) -> None:
    """Stores how a dataset's numbers are to be read.

    Args:
        store: The workspace's store.
        dataset_no: The dataset.
        convention: The reading; None goes back to the guess.

    Raises:
        ValueError: There is no such scale or frame.
    """
    known = (SCALES, FRAMES, ORDERS)
    if convention and not all(word in words for word, words in zip(astuple(convention), known, strict=True)):
        raise ValueError(f"There is no reading {convention.scale!r} on {convention.frame!r} by {convention.order!r}.")
    value = None if convention is None else asdict(convention)
    settings.update(store, [SETTING], lambda stored: {SETTING: (stored[SETTING] or {}) | {str(dataset_no): value}})


def geometry(row: StoredRow) -> Geometry | None:
    """Reads the size and orientation of a stored picture.

    Args:
        row: width, height, orientation, path and outcome.

    Returns:
        Size of the upright picture; None where it is unknown.
    """
    if not row["width"] or not row["height"]:
        return None
    if row["orientation"] is not None:
        return Geometry(row["width"], row["height"], row["orientation"])
    turn = stored_orientation(row["path"])  # of pictures that an earlier version stored by the size of the file
    return Geometry(*rendering.upright_size((row["width"], row["height"]), turn), turn)


def _guess(store: Store, dataset_no: int) -> Guess:
    return coordinates.guess(_drawn(store, looks.spread(store, dataset_no, ROWS)))


def _drawn(store: Store, sample_nos: list[int]) -> Iterator[Drawn]:
    """The shapes of samples whose notation does not say how they are read."""
    rows = looks.parts(store, sample_nos)
    pictures: dict[int, list[Geometry | None]] = defaultdict(list)
    texts: dict[int, list[str]] = defaultdict(list)
    for image in rows.images.to_dicts():
        pictures[image["sample_no"]].append(geometry(image))
    for turn in rows.turns.to_dicts():
        texts[turn["sample_no"]] += [turn["instruction"], turn["response"]]
    for row in rows.samples.to_dicts():
        geometries = pictures[row["sample_no"]]
        for shape in marks.shapes(row["format"], row["raw"], texts[row["sample_no"]], len(geometries)):
            on = geometries[shape.picture] if 0 <= shape.picture < len(geometries) else None
            if not shape.scale and on is not None:
                yield Drawn(shape.numbers, on, shape.is_box_in_text)


def _chosen(store: Store) -> dict[str, dict[str, str] | None]:
    return settings.read(store, SETTING, {})
