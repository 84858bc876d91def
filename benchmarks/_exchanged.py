"""Captions of which one noun was exchanged for a wrong one: of its own kind, of another kind, or a rare word."""

from __future__ import annotations

import random
import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from scoring.item import TurnItem
from scoring.text import words
from scoring.text.counts import NUMBERS

_KINDS = {
    "person": "man woman boy girl baby",
    "role": "skier surfer skateboarder cyclist batter pitcher chef waiter policeman firefighter soldier "
    "farmer bride clown doctor climber swimmer runner",
    "animal": "dog cat horse cow sheep bird elephant zebra giraffe bear goat duck rabbit monkey pig camel parrot deer",
    "vehicle": "car bus truck train motorcycle bicycle boat airplane scooter tractor helicopter canoe "
    "ambulance taxi wagon sled",
    "food": "pizza sandwich cake donut banana apple orange broccoli carrot salad soup bread rice pasta cheese burger "
    "pie egg steak fish cookie",
    "furniture": "chair couch bench bed table desk shelf stool dresser crib cabinet",
    "sports thing": "ball frisbee kite bat racket surfboard skateboard snowboard skis glove helmet net goal rope",
    "thing to wear": "hat shirt jacket dress tie coat shoes pants sweater scarf cap vest shorts suit skirt boots "
    "sunglasses uniform costume",
    "vessel": "bottle cup glass bowl plate vase mug pan pot tray bucket basket box bag",
    "device": "laptop phone television computer keyboard mouse remote camera microwave oven toaster refrigerator "
    "clock lamp radio guitar piano drum",
    "room": "kitchen bathroom bedroom office restaurant store garage classroom church library airport station museum",
    "land": "beach street field park forest mountain snow grass desert river lake ocean pool road sidewalk hill "
    "playground court trail bridge",
    "outdoor thing": "fence sign hydrant tree flower umbrella statue tent swing slide fountain ladder rock bush wall",
}  # fmt: skip
_RARE = (
    "accordion anvil aquarium armadillo bagpipes binoculars birdcage blender cactus canoe catapult cello chandelier "
    "cradle crocodile dartboard dolphin easel escalator ferret globe gondola greenhouse hammock harp harpoon hedgehog "
    "igloo jacuzzi kangaroo kayak lantern lighthouse lobster microscope moose octopus parachute peacock penguin pulpit "
    "pumpkin raccoon saxophone scarecrow seahorse sewing-machine snorkel squirrel submarine telescope trampoline "
    "trombone turtle typewriter unicycle waterfall wheelbarrow windmill xylophone"
).split()
_KIND_OF = {word: kind for kind, listed in _KINDS.items() for word in listed.split()}
_MEMBERS = {kind: listed.split() for kind, listed in _KINDS.items()}
WAYS = ("its own kind", "another kind", "a rare word")


@dataclass(frozen=True, slots=True)
class ExchangedCaption:
    """A caption, and the same with another noun or number at [start, end), in one of WAYS."""

    original: TurnItem
    item: TurnItem
    start: int
    end: int
    way: str


def exchange(captions: Sequence[TurnItem], seed: int) -> list[ExchangedCaption]:
    """Exchanges one noun of each caption that has one of the listed kinds.

    Args:
        captions: Captions as responses, with the evidence of their picture, which the new noun must not be in.
        seed: Of the draws.

    Returns:
        The captions, in equal shares of WAYS.
    """
    draw = random.Random(seed)
    changed: list[ExchangedCaption] = []
    for item in captions:
        caption = item.turn.response
        evidence = item.sample.evidence
        nouns = [match for match in re.finditer(r"[a-z]+", caption.lower()) if _singular(match[0])]
        if not nouns or evidence is None:
            continue
        known = set(words.words(" ".join((caption, *evidence.captions, *evidence.objects))))
        noun = draw.choice(nouns)
        way = WAYS[len(changed) % len(WAYS)]
        singular = _singular(noun[0])
        others = [word for word in _others(_KIND_OF[singular], way) if not known & {word, words.plural(word)}]
        new = draw.choice(others)
        text = new if singular == noun[0] else words.plural(new)
        exchanged = _answered(item, caption[: noun.start()] + text + caption[noun.end() :])
        changed.append(ExchangedCaption(item, exchanged, noun.start(), noun.start() + len(text), way))
    return changed


def count(item: TurnItem, step: int) -> ExchangedCaption | None:
    """Changes the first number of two or more in a caption.

    Args:
        item: The caption as a response.
        step: What is added to the number.

    Returns:
        The changed caption; None where there is no number or fewer than one would be left.
    """
    caption = item.turn.response
    for match in re.finditer(r"[a-z]+", caption.lower()):
        number = NUMBERS.get(match[0], 0)
        if number < 2 or number + step < 1:
            continue
        text = next((word for word, value in NUMBERS.items() if value == number + step), str(number + step))
        exchanged = _answered(item, caption[: match.start()] + text + caption[match.end() :])
        return ExchangedCaption(item, exchanged, match.start(), match.start() + len(text), "a number")
    return None


def _answered(item: TurnItem, response: str) -> TurnItem:
    turn = replace(item.turn, response=response)
    return replace(item, sample=replace(item.sample, turns=(turn,)), turn=turn)


def _singular(word: str) -> str:
    """The listed noun that a word is, in the singular; "" for none."""
    return word if word in _KIND_OF else _PLURALS.get(word, "")


_PLURALS = {words.plural(word): word for word in _KIND_OF}


def _others(kind: str, way: str) -> list[str]:
    if way == "a rare word":
        return _RARE
    kinds = [kind] if way == "its own kind" else [other for other in _KINDS if other != kind]
    return [word for other in kinds for word in _MEMBERS[other]]
