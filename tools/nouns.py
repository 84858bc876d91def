"""Writes assets/wordnet/nouns.json: concrete English nouns, their senses and what each is a kind of, from WordNet 3.0.

`python -m tools.nouns FOLDER` reads `data.noun`, `index.noun` and `noun.exc` there, as the Debian package
`wordnet-base` has them below /usr/share/wordnet.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from wordfreq import zipf_frequency

_TARGET = Path(__file__).parents[1] / "assets" / "wordnet" / "nouns.json"
_CONCRETE = frozenset([5, 6, 8, 13, 14, 15, 17, 18, 19, 20, 27])
"""WordNet's files of animals, artifacts, bodies, food, groups, places, natural objects, persons and plants."""
_TOPS, _PHYSICAL = 3, "00001930"
"""The file of the most general words, of which those below "physical entity" count."""
_LEAST_FREQUENT = 1.9
"""Zipf frequency of a word."""
_MOST_SENSES = 3


@dataclass(frozen=True, slots=True)
class _Synset:
    file: int
    lemmas: tuple[str, ...]
    parents: tuple[str, ...]


def main(folder: Path) -> None:
    """Reads WordNet's files and writes the nouns."""
    synsets = dict(_synsets(_lines(folder / "data.noun")))
    senses = dict(_senses(_lines(folder / "index.noun"), synsets))
    numbers: dict[str, int] = {}
    parents: list[list[int]] = []
    for listed in senses.values():
        for offset in listed:
            _number(offset, synsets, numbers, parents)
    irregular = dict(_irregular(_lines(folder / "noun.exc"), senses))
    nouns = {
        "parents": parents,
        "senses": {lemma: [numbers[offset] for offset in listed] for lemma, listed in sorted(senses.items())},
        "irregular": irregular,
    }
    _TARGET.parent.mkdir(exist_ok=True)
    _TARGET.write_text(json.dumps(nouns, separators=(",", ":")) + "\n", encoding="utf-8")


def _lines(path: Path) -> Iterator[Sequence[str]]:
    for line in path.read_text(encoding="latin-1").splitlines():
        if not line.startswith(" "):  # the licence
            yield line.split(" ")


def _synsets(lines: Iterator[Sequence[str]]) -> Iterator[tuple[str, _Synset]]:
    for parts in lines:
        count = int(parts[3], 16)
        pointers = parts[5 + 2 * count :]
        parents = [
            pointers[place + 1] for place in range(0, 4 * int(parts[4 + 2 * count]), 4) if pointers[place] == "@"
        ]
        yield parts[0], _Synset(int(parts[1]), tuple(parts[4 : 4 + 2 * count : 2]), tuple(parents))


def _senses(lines: Iterator[Sequence[str]], synsets: dict[str, _Synset]) -> Iterator[tuple[str, list[str]]]:
    """The concrete senses of each usual word, the most usual first; of names of persons and places none."""
    for parts in lines:
        lemma = parts[0]
        if not lemma.isalpha() or zipf_frequency(lemma, "en") < _LEAST_FREQUENT:
            continue
        offsets = [part for part in parts[4 + int(parts[3]) + 2 :] if part]
        concrete = [offset for offset in offsets if lemma in synsets[offset].lemmas and _is_concrete(offset, synsets)]
        if concrete and offsets.index(concrete[0]) < _MOST_SENSES:
            yield lemma, concrete[:_MOST_SENSES]


def _is_concrete(offset: str, synsets: dict[str, _Synset]) -> bool:
    synset = synsets[offset]
    return synset.file in _CONCRETE or (synset.file == _TOPS and _is_physical(offset, synsets))


def _is_physical(offset: str, synsets: dict[str, _Synset]) -> bool:
    return offset == _PHYSICAL or any(_is_physical(parent, synsets) for parent in synsets[offset].parents)


def _number(offset: str, synsets: dict[str, _Synset], numbers: dict[str, int], parents: list[list[int]]) -> int:
    """The number of a synset, given to it and to all above it, which have smaller ones."""
    if offset not in numbers:
        above = [_number(parent, synsets, numbers, parents) for parent in synsets[offset].parents]
        numbers[offset] = len(parents)
        parents.append(above)
    return numbers[offset]


def _irregular(lines: Iterator[Sequence[str]], senses: dict[str, list[str]]) -> Iterator[tuple[str, str]]:
    for plural, singular, *_ in lines:
        if singular in senses and plural not in senses and zipf_frequency(plural, "en") >= _LEAST_FREQUENT:
            yield plural, singular


if __name__ == "__main__":
    main(Path(sys.argv[1]))
