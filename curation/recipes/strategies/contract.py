"""What a strategy is: which samples of a cell go out, where not all can."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

from scoring.arrays import Bits, Floats, Mask, Numbers, Vectors

Needs = Literal["nothing", "map", "vectors"]


@dataclass(frozen=True, eq=False)
class Candidates:
    """The samples of a cell, N of them.

    Attributes:
        drawn: A random number each, uint64, which settles ties and orders samples of which nothing else is known.
        preferred: True for those that people approved: they come first.
        positions: Places on the quota's map, (N, 2), NaN for none; None where the strategy needs no map.
        vectors: Unit vectors behind the map, (N, D), zeros for none; None where the strategy needs none.
        information: How much is said in each, NaN for unknown; None where nothing measured it.
    """

    drawn: Bits
    preferred: Mask
    positions: Floats | None = None
    vectors: Vectors | None = None
    information: Floats | None = None

    def only(self, members: Numbers) -> Candidates:
        """Reduces the candidates to some of them.

        Args:
            members: Their indices.

        Returns:
            The candidates, in the order of the indices.
        """
        return Candidates(
            self.drawn[members],
            self.preferred[members],
            None if self.positions is None else self.positions[members],
            None if self.vectors is None else self.vectors[members],
            None if self.information is None else self.information[members],
        )


@dataclass(frozen=True, kw_only=True)
class Strategy:
    """A way to choose.

    Attributes:
        name: What recipes call it.
        title: What users read.
        about: What it does and where it comes from, in a sentence or two.
        words: How a card says it: "the samples of a cell are chosen ...".
        needs: What has to be computed before.
        choose: Chooses so many of the candidates, fewer than there are; gives their indices, ascending.
    """

    name: str
    title: str
    about: str
    words: str
    needs: Needs
    choose: Callable[[Candidates, int], Numbers]
