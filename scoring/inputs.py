"""Values of stored features that a run's owner laid ready, looked up by item."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import orjson
import polars as pl

from scoring import registry, work
from scoring.compute import number_of
from scoring.item import Image, Item, Sample, TurnItem
from scoring.metric import Feature


class StoredFeature:
    """One stored feature; `of(item)` is its value, or the list of its images' values when it is about images."""

    def __init__(self, folder: Path, name: str) -> None:
        self.feature: Feature = registry.features()[name]
        if self.feature.stored == "vector":
            self._numbers, self._vectors = work.vectors(folder, name)
        else:
            table = pl.read_parquet(folder / work.input_file(name))
            self._values = dict(zip(table["subject_no"], table["value"], strict=True))

    def of(self, item: Item) -> object:
        """The value for an item. Raises KeyError when the feature could not be computed for it."""
        if self.feature.subject == "image" and not isinstance(item, Image):
            return [self._value(image.image_no) for image in _sample(item).images]
        if self.feature.subject == "sample":
            return self._value(_sample(item).sample_no)
        return self._value(number_of(item))

    def _value(self, number: int) -> object:
        if self.feature.stored == "json":
            return orjson.loads(self._values[number])
        index = int(np.searchsorted(self._numbers, number))
        if index == len(self._numbers) or self._numbers[index] != number:
            raise KeyError(f"{self.feature.name} was not computed for {self.feature.subject} {number}")
        return self._vectors[index]


def _sample(item: Item) -> Sample:
    if isinstance(item, TurnItem):
        return item.sample
    assert isinstance(item, Sample)
    return item
