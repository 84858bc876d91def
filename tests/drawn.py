"""What a generated workspace is about: its datasets, topics and words, and what is drawn once for every sample."""

from __future__ import annotations

import numpy as np
import polars as pl

DATASETS = (("street_and_home", 0.6), ("short_answers", 0.3), ("signs_and_text", 0.1))

_TOPICS = """
kitchen stove pan|beach wave surfboard|street bus driver|train station platform|dog ball park|cat sofa cushion
desk laptop keyboard|pizza plate fork|tennis racket court|baseball bat glove|snow ski slope|horse rider field
boat harbour rope|plane runway wing|clock tower wall|bathroom sink mirror|bed lamp pillow|market fruit stall
cow fence meadow|sheep hill grass|elephant trunk trainer|zebra stripes herd|giraffe neck tree|bear river rock
bird branch feeder|flower vase table|book shelf reader|phone hand screen|car garage wheel|bicycle helmet path
truck load road|motorcycle engine jacket|umbrella rain crowd|kite string sky|skateboard ramp rail|cake candle child
wine glass waiter|sandwich bowl soup|sign letters corner|television remote rug"""
TOPICS = [words.split() for words in _TOPICS.strip().replace("\n", "|").split("|")]
ASKED = {
    "description": ("Describe the image.", "What is happening in this picture?"),
    "detailed description": ("Describe the scene in detail.",),
    "object existence": ("Is there a {} in the picture?", "Can you see a {}?"),
    "counting": ("How many things stand near the {}?",),
    "object listing": ("List the objects around the {}.",),
    "text reading": ("What does the text beside the {} say?",),
    "captioning": ("Write a short caption about the {}.",),
    "reasoning": ("Why would somebody leave the {} there?",),
}
_SHARES = (0.3, 0.12, 0.2, 0.1, 0.08, 0.05, 0.1, 0.05)
ADJECTIVES = "red small old wooden bright wet broken striped dusty new".split()
REST = (
    "The light comes from the left.", "Two people look away from the camera.", "Behind it there is a plain wall.",
    "Nothing else moves in the scene.", "The ground is wet, as if it had rained.", "Some leaves lie in front of it.",
    "The colours are warm and the shadows long.", "In the background a door stands half open.",
)  # fmt: skip


class DrawnSet:
    """What is drawn once and told apart everywhere: topic, task and quality per sample, and the texts."""

    def __init__(self, count: int, draw: np.random.Generator) -> None:
        self.count = count
        self.numbers = np.arange(count, dtype=np.int32)
        self.topic = (draw.beta(1, 2.2, count) * len(TOPICS)).astype(np.int32)
        ends = np.round(np.cumsum([share for _, share in DATASETS]) * count).astype(np.int64)
        self.dataset = np.searchsorted(ends, self.numbers, side="right").astype(np.int32)
        self.row = (self.numbers - np.concatenate([[0], ends])[self.dataset]).astype(np.int32)
        self.image_quality = draw.normal(size=max(count // 2, 1))
        self.image = draw.integers(0, len(self.image_quality), count).astype(np.int32)
        self.with_image = draw.random(count) < 0.92
        shared = np.where(self.with_image, self.image_quality[self.image], draw.normal(size=count))
        self.quality = 0.7 * shared + 0.71 * draw.normal(size=count)
        self.hashes = hashes_of(self.numbers, 1)
        names = pl.Series([name for name, _ in DATASETS]).gather(self.dataset)
        self.keys = joined(names, "/", self.hashes, "#0")
        turns = np.minimum(draw.geometric(0.62, count), 6)
        self.turn_sample = np.repeat(self.numbers, turns)
        self.turn_index = np.arange(len(self.turn_sample)) - np.repeat(np.cumsum(turns) - turns, turns)
        self.task = draw.choice(len(ASKED), len(self.turn_sample), p=_SHARES)
        self.task[self.dataset[self.turn_sample] == 2] = list(ASKED).index("text reading")
        self.text = _texts(self, draw)


def _texts(made: DrawnSet, draw: np.random.Generator) -> pl.DataFrame:
    """Per turn: instruction, response, and the object that the response names first (start, word)."""
    count, topic = len(made.turn_sample), made.topic[made.turn_sample]
    asked = [text for texts in ASKED.values() for text in texts]
    firsts = np.cumsum([0, *(len(texts) for texts in ASKED.values())])
    chosen = firsts[made.task] + draw.integers(0, 60, count) % np.diff(firsts)[made.task]
    instructions = pl.Series([text.format(words[1]) for text in asked for words in TOPICS])
    openings = [
        (f"There is a {adjective} {word} near the {words[0]}.", 12 + len(adjective), word)
        for words in TOPICS
        for word in words
        for adjective in ADJECTIVES
    ]
    opened = topic * 3 * len(ADJECTIVES) + draw.integers(0, 3 * len(ADJECTIVES), count)
    first = pl.DataFrame(openings, schema=["said", "start", "word"], orient="row")[opened]
    lengths = np.minimum(np.floor(draw.lognormal(0.4, 1.1, 400)), 60).astype(int)
    tails = pl.Series([" ".join(["", *draw.choice(REST, length)]) for length in lengths])
    response = joined(first["said"], tails.gather(draw.integers(0, len(tails), count)))
    return pl.DataFrame(
        {
            "instruction": instructions.gather(chosen * len(TOPICS) + topic),
            "response": response.set(pl.Series(draw.random(count) < 0.001), ""),
            "start": first["start"],
            "word": first["word"],
        }
    )


def joined(*parts: pl.Series | str) -> pl.Series:
    """Texts put together row by row."""
    columns = [pl.lit(part) for part in parts]
    return pl.select(pl.concat_str(columns).alias("text"))["text"]


def hashes_of(numbers: np.ndarray, salt: int) -> pl.Series:
    """32 hexadecimal digits, different for every number, evenly spread in the first of them."""
    low = numbers.astype(np.uint64)
    mixed = (low + np.uint64(salt)) * np.uint64(0x9E3779B97F4A7C15)
    digits = np.stack([mixed, low], axis=1).astype(">u8").tobytes().hex()
    return pl.Series([digits[at : at + 32] for at in range(0, len(digits), 32)])
