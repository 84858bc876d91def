"""Fills a real workspace with many samples in little time: `python tests/generator.py DIR 150000`.

Three datasets, texts on forty topics, pictures that many image rows share, every built-in metric scored in its
present version, flags with votes, groups of duplicates, three maps, and decisions of three people.
"""

from __future__ import annotations

import argparse
import os
import sys
import time
import zlib
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

if __package__ in (None, ""):
    sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

import numpy as np
import polars as pl
from drawn import ASKED, DATASETS, TOPICS, DrawnSet, hashes_of, joined
from PIL import Image, ImageDraw

from curation.decisions import decision_log
from curation.images import probe
from curation.workspace import Workspace, metric_settings, open_workspace
from curation.workspace.score_columns import Column
from scoring.shard import FLAG_SCHEMA
from storage import datasets, flags, runs
from storage.samples import SCHEMAS
from storage.store import Store, append_frame

RUN = 1
PEOPLE = ("ana", "ben", "chloe")
MAPS = ("map_images", "map_instructions", "map_responses")
WIDTH = 16
"""Numbers per stored vector: enough for neighbours, small enough for a million of them."""

Values = Callable[[np.ndarray, np.ndarray, np.random.Generator], np.ndarray]
SHAPES: dict[str, Values] = {
    "blockiness": lambda u, z, _: 1 - 0.35 * np.log(u),
    "exposure": lambda u, z, _: np.clip(0.5 + 0.17 * z, 0, 1),
    "granularity": lambda u, z, _: np.floor(-3 * np.log(1 - u)),
    "image_readability": lambda u, z, _: u**0.3,
    "image_size": lambda u, z, _: np.round(np.clip(np.exp(6.1 + 0.35 * z), 24, 4000)),
    "instruction_complexity": lambda u, z, _: np.round(1 - 4 * np.log(1 - u)),
    "leakage": lambda u, z, _: np.where(u < 0.004, 1.0, 0.0),
    "object_match": lambda u, z, _: 100 * u**0.6,
    "refusal": lambda u, z, _: np.where(u < 0.006, 1.0, 0.0),
    "repetition": lambda u, z, _: np.where(u < 0.08, (0.08 - u) * 9, 0.0),
    "sharpness": lambda u, z, _: u**0.5,
    "text_logprob": lambda u, z, _: -7.2 + 1.1 * z,
    "text_readability": lambda u, z, draw: draw.random(len(u)),
    "visual_complexity": lambda u, z, _: 100 * u**0.8,
}
EMPTY = {"object_match": 0.3, "granularity": 0.05, "text_logprob": 0.02, "hallucination": 0.35}
"""Share of subjects to which a metric does not apply."""


def build(folder: Path, samples: int, *, seed: int = 0, pictures: int = 40, decided: bool = True) -> None:
    """Makes a workspace of that many samples in `folder`, which must not hold one yet; people may have `decided`."""
    workspace = open_workspace(folder)
    try:
        draw = np.random.default_rng(seed)
        made = DrawnSet(samples, draw)
        known = metric_settings.columns(workspace)
        assert runs.create(workspace.store, 0) == RUN
        _write_datasets(workspace, made)
        _write_samples(workspace.store, made, _write_pictures(workspace, made, pictures, draw))
        values = _write_scores(workspace.store, made, known, draw)
        _write_flags(workspace.store, made, known, values, draw)
        _write_maps(workspace.store, made, known, draw)
        runs.finish(workspace.store, RUN, "done", "", {})
        if decided:
            _decide(workspace, made, draw)
        workspace.store.checkpoint()
    finally:
        workspace.close()


def _append(store: Store, table: str, columns: dict[str, Any], *topics: str) -> None:
    frame = pl.select(**{name: pl.lit(value) for name, value in columns.items()})
    frame = frame.cast({name: kind for name, kind in SCHEMAS.get(table, {}).items() if name in frame.columns})
    with store.transaction(*topics) as cursor:
        append_frame(cursor, table, frame)


def _write_datasets(workspace: Workspace, made: DrawnSet) -> None:
    for number, (name, _) in enumerate(DATASETS):
        about = {"name": name, "format": "llava", "layout": "list", "file_hash": f"{number:032x}"}
        places = {"path": workspace.folder / f"{name}.json", "images_root": workspace.folder / "pictures"}
        with workspace.store.transaction("samples") as cursor:
            made_no = datasets.create(cursor, about | {key: str(path) for key, path in places.items()})
            datasets.advance(cursor, made_no, int((made.dataset == number).sum()), complete=True)


def _write_pictures(workspace: Workspace, made: DrawnSet, pictures: int, draw: np.random.Generator) -> pl.Series:
    """Some real files; every image row has a content hash of its own, and a thumbnail that is a link to a real one.

    Returns the file name of each image.
    """
    folder = workspace.folder / "pictures"
    folder.mkdir()
    paths = [_picture(folder / f"{number:03d}.jpg", draw) for number in range(pictures)]
    facts = [probe.examine(path, workspace.thumbnails) for path in paths]
    numbers = np.arange(len(made.image_quality), dtype=np.int32)
    which = numbers * 7 % pictures
    hashes = hashes_of(numbers, 2)
    for byte in range(256):
        (workspace.thumbnails / f"{byte:02x}").mkdir(parents=True, exist_ok=True)
    root, sources = (
        str(workspace.thumbnails),
        [probe.thumbnail_path(workspace.thumbnails, f.content_hash) for f in facts],
    )
    for name, source in zip(hashes.to_list(), which.tolist(), strict=True):
        os.link(sources[source], f"{root}/{name[:2]}/{name}.jpg")
    columns = {
        key: pl.Series([getattr(fact, key) for fact in facts], dtype=SCHEMAS["image"][key]).gather(which)
        for key in ("path", "bytes", "width", "height", "phash", "outcome", "detail")
    }
    _append(workspace.store, "image", {"image_no": numbers, "content_hash": hashes, **columns}, "samples")
    return pl.Series([Path(path).name for path in paths]).gather(which)


def _picture(path: Path, draw: np.random.Generator) -> str:
    """A JPEG of 320 x 240: soft colours with a few shapes."""
    soft = Image.fromarray(draw.integers(40, 230, (6, 8, 3), dtype=np.uint8))
    soft = soft.resize((320, 240), Image.Resampling.BICUBIC)
    pen = ImageDraw.Draw(soft)
    for _ in range(5):
        x, y, side = (int(draw.integers(0, size)) for size in (260, 180, 90))
        colour = tuple(int(one) for one in draw.integers(0, 255, 3))
        shape = pen.ellipse if draw.random() < 0.5 else pen.rectangle
        shape((x, y, x + side + 12, y + side + 12), fill=colour)
    soft.save(path, quality=82)
    return str(path)


def _write_samples(store: Store, made: DrawnSet, files: pl.Series) -> None:
    refs, lost = files.gather(made.image), made.numbers % 331 == 5
    refs = refs.set(pl.Series(lost), "gone.jpg")
    ids = joined("s", pl.Series(made.numbers).cast(pl.String).str.zfill(7))
    sample = {
        "sample_no": made.numbers, "dataset_no": made.dataset + 1, "row_index": made.row, "source_id": ids,
        "content_hash": made.hashes, "copy": np.zeros(made.count, dtype=np.int32), "raw": _raw(made, ids, refs),
        "key": made.keys, "identity": pl.Series([None], dtype=pl.String).gather(np.zeros(made.count, int)),
    }  # fmt: skip
    _append(store, "sample", sample, "samples")
    turn = {
        "turn_no": np.arange(len(made.turn_sample)), "sample_no": made.turn_sample, "turn_index": made.turn_index,
        "instruction": made.text["instruction"], "response": made.text["response"],
    }  # fmt: skip
    _append(store, "turn", turn, "samples")
    shown = np.flatnonzero(made.with_image)
    number = pl.Series(made.image[shown]).set(pl.Series(lost[shown]), None)
    said = {"found_by": "exact", "outcome": "ok"}
    words = {
        key: pl.Series([word]).gather(np.zeros(len(shown), int)).set(number.is_null(), "missing")
        for key, word in said.items()
    }
    link = {"sample_no": shown, "position": np.zeros(len(shown), int), "image_no": number, "ref": refs.gather(shown)}
    _append(store, "sample_image", link | words, "samples")


def _raw(made: DrawnSet, ids: pl.Series, refs: pl.Series) -> pl.Series:
    """The rows as a LLaVA file has them; no text of ours needs escaping."""
    mark = pl.Series(["", "<image>\\n"]).gather(
        (made.with_image[made.turn_sample] & (made.turn_index == 0)).astype(int)
    )
    human = ('{"from": "human", "value": "', mark, made.text["instruction"], '"}, ')
    both = joined(*human, '{"from": "gpt", "value": "', made.text["response"], '"}')
    said = pl.DataFrame({"at": made.turn_sample, "both": both}).group_by("at", maintain_order=True)
    talk = said.agg(pl.col("both").str.join(", "))["both"]
    image = pl.Series(["", '"image": "']).gather(made.with_image.astype(int))
    named = joined(image, refs, '", ').set(pl.Series(~made.with_image), "")
    return joined('{"id": "', ids, '", ', named, '"conversations": [', talk, "]}")


def _write_scores(
    store: Store, made: DrawnSet, known: dict[str, Column], draw: np.random.Generator
) -> dict[str, np.ndarray]:
    """Every column that is active by default, and the maps' features; returns the values by metric."""
    counted = {
        "instruction_length": made.text["instruction"].str.count_matches(r"\S+").cast(pl.Float64).to_numpy(),
        "response_length": made.text["response"].str.count_matches(r"\S+").cast(pl.Float64).to_numpy(),
        "duplicates": _group_sizes(made),
    }
    of_subject = {
        "sample": made.quality,
        "turn": made.quality[made.turn_sample],
        "image": made.image_quality,
    }
    found = {}
    seed = int(draw.integers(2**32))
    for name, column in known.items():
        if not (column.active or name in {need for one in MAPS for need in known[one].needs}):
            continue
        quality = of_subject[column.subject]
        labels = pl.Series(list(ASKED)).gather(made.task) if column.labels else None
        values = None
        if column.numeric:
            values = counted[name] if name in counted else _values(column, quality, _of_name(seed, name))
            found[name] = values
        if column.kind == "feature":
            _write_vectors(store, column, made, draw)
        _score(store, column, np.arange(len(quality)), values, labels)
    return found


def _of_name(seed: int, name: str) -> np.random.Generator:
    """Draws of its own for each metric, so that a further one leaves the others as they are."""
    return np.random.default_rng([seed, zlib.crc32(name.encode())])


def _values(column: Column, quality: np.ndarray, draw: np.random.Generator) -> np.ndarray:
    """Values in the column's range that have to do with the quality; a small `u` is a bad one."""
    z = 0.55 * quality + 0.835 * draw.normal(size=len(quality))
    u = np.clip(1 / (1 + np.exp(-1.702 * z)), 1e-9, 1 - 1e-9)
    low, high = column.range
    if column.name in SHAPES:
        values = SHAPES[column.name](u, z, draw)
    elif column.suggested == (None, 0.0):  # an error that few have, as often as the worst 3 % of subjects
        values = np.where(u < 0.03, 0.1 + 20 * u, 0.0)
    elif low is not None and high is not None:
        values = low + (high - low) * (u**0.5 if column.bad_when != "high" else 1 - u**0.5)
    else:
        values = (low or 0.0) - np.log(1 - u) if high is None else high + np.log(u)
    return np.where(draw.random(len(u)) < EMPTY.get(column.name, 0.01), np.nan, values)


def _score(
    store: Store, column: Column, numbers: np.ndarray, values: np.ndarray | None, labels: pl.Series | None
) -> None:
    frame = pl.DataFrame({"no": numbers}).with_columns(
        value=pl.lit(None, pl.Float64) if values is None else pl.Series(values).fill_nan(None),
        label=pl.lit(None, pl.String) if labels is None else labels,
    )
    with store.transaction("scores") as cursor:
        cursor.register("fresh", frame)
        what = {"subject": column.subject, "metric": column.name, "version": column.version, "run": RUN}
        cursor.execute(
            "INSERT INTO score SELECT $subject, no, $metric, $version, value, label, NULL, $run FROM fresh", what
        )
        cursor.unregister("fresh")


def _write_vectors(store: Store, column: Column, made: DrawnSet, draw: np.random.Generator) -> None:
    """Vectors that say the topic, with noise."""
    topic = (
        made.topic[made.turn_sample] if column.subject == "turn" else np.arange(len(made.image_quality)) % len(TOPICS)
    )
    centres = draw.normal(size=(len(TOPICS), WIDTH)).astype(np.float32)
    vectors = centres[topic] + 0.4 * draw.normal(size=(len(topic), WIDTH)).astype(np.float32)
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
    frame = pl.DataFrame({"subject_no": np.arange(len(topic)), "vector": vectors})
    about = {"feature": column.name, "version": column.version, "run_no": RUN}
    with store.transaction("scores") as cursor:
        append_frame(cursor, "embedding", frame.with_columns(**{key: pl.lit(value) for key, value in about.items()}))


def _groups(made: DrawnSet) -> np.ndarray:
    """Group number per sample, -1 for most: neighbours in twos, threes and fours."""
    group = made.numbers // 160
    return np.where(made.numbers % 160 < 2 + group % 3, group, -1)


def _group_sizes(made: DrawnSet) -> np.ndarray:
    group = _groups(made)
    return np.where(group >= 0, np.bincount(group[group >= 0])[group] - 1.0, 0.0)


def _write_flags(
    store: Store, made: DrawnSet, known: dict[str, Column], values: dict[str, np.ndarray], draw: np.random.Generator
) -> None:
    turns = {name: np.flatnonzero(values[name] > 0) for name in ("hallucination", "refusal", "leakage")}
    spans = turns["hallucination"][made.text["response"].gather(turns["hallucination"]).str.len_chars().to_numpy() > 0]
    text = made.text.select("start", "word")[spans]
    places = {
        "start_char": text["start"],
        "end_char": text["start"] + text["word"].str.len_chars(),
        "text": text["word"],
    }
    why = joined("No source names a ", text["word"], ".")
    empty = np.flatnonzero((made.text["response"] == "").to_numpy())
    lost = np.flatnonzero(made.with_image & (made.numbers % 331 == 5))
    found = [
        _on_turns(made, known, spans, "hallucination", "hallucination", why, verdict="unsupported", **places),
        _on_turns(made, known, turns["refusal"], "refusal", "refusal", "The response refuses."),
        _on_turns(made, known, turns["leakage"], "leakage", "leakage", "The response speaks of its prompt."),
        _on_turns(made, known, empty, "lint", "empty_response", "The response is empty."),
        _on_samples(lost, "lint", "image_missing", "gone.jpg was not found."),
        _copies(store, made, known["duplicates"].version),
    ]
    bad = np.flatnonzero(values["image_readability"] < 0.15)
    about = {"subject": "image", "version": known["image_readability"].version}
    of_images = _frame(bad, "image_readability", "image_quality", "The picture is blurred.", **about)
    with store.transaction("samples", "scores") as cursor:
        flags.append(cursor, pl.concat(found))
        flags.append_for_images(cursor, of_images)
    _write_votes(store, made, known, spans, places, draw)


def _frame(numbers: np.ndarray, metric: str, kind: str, reason: Any, **more: Any) -> pl.DataFrame:
    """Flags about the subjects of these numbers, in the shape that storage takes."""
    run = 0 if metric == "lint" else RUN
    row = {
        "sample_no": numbers, "subject": "sample", "subject_no": numbers, "turn_index": None, "start_char": None,
        "end_char": None, "text": "", "kind": kind, "verdict": "", "score": 1.0, "evidence": "{}", "reason": reason,
        "metric": metric, "version": "1", "run_no": run,
    } | more  # fmt: skip
    return pl.select(**{name: pl.lit(row[name]) for name in FLAG_SCHEMA}).cast(FLAG_SCHEMA)


def _on_samples(numbers: np.ndarray, metric: str, kind: str, reason: Any, **more: Any) -> pl.DataFrame:
    return _frame(numbers, metric, kind, reason, **more)


def _on_turns(
    made: DrawnSet, known: dict[str, Column], turns: np.ndarray, metric: str, kind: str, reason: Any, **more: Any
) -> pl.DataFrame:
    about = {"subject": "turn", "subject_no": turns, "turn_index": made.turn_index[turns]}
    version = known[metric].version if metric in known else "1"
    return _frame(made.turn_sample[turns], metric, kind, reason, version=version, **about, **more)


def _copies(store: Store, made: DrawnSet, version: str) -> pl.DataFrame:
    """The groups of duplicates, and a flag on each member; the first is kept."""
    group = _groups(made)
    members = np.flatnonzero(group >= 0)
    keep = members % 160 == 0
    rows = {"run_no": RUN, "group_no": group[members], "sample_no": members, "keep": keep, "relation": "exact"}
    _append(store, "duplicate_group", rows, "scores")
    first = pl.Series(made.row[members - members % 160]).cast(pl.String)
    reason = joined("Exact duplicate of row ", first, ", which is kept.").set(pl.Series(keep), "Others say the same.")
    verdicts = pl.Series(["copy", "keep"]).gather(keep.astype(int))
    return _frame(members, "duplicates", "duplicate", reason, verdict=verdicts, version=version)


def _write_votes(
    store: Store,
    made: DrawnSet,
    known: dict[str, Column],
    turns: np.ndarray,
    places: dict[str, Any],
    draw: np.random.Generator,
) -> None:
    """Annotations deny every flagged span; detector, CLIP and language model say this and that."""
    said = {
        "annotations": ("hallucination", np.zeros(len(turns))),
        "detector": ("hallucination_detector", draw.beta(1, 6, len(turns))),
        "clip": ("hallucination_clip", draw.normal(20, 4, len(turns))),
        "llm": ("hallucination_votes", np.round(draw.random(len(turns)) * 3) / 3),
    }
    for source, (metric, scores) in said.items():
        about = {"metric": metric, "version": known[metric].version, "run_no": RUN, "source": source, "score": scores}
        where = {
            "sample_no": made.turn_sample[turns],
            "subject_no": turns,
            "turn_index": made.turn_index[turns],
            **places,
        }
        _append(store, "vote", {**where, **about, "detail": f"asked by {source}"}, "scores")


def _write_maps(store: Store, made: DrawnSet, known: dict[str, Column], draw: np.random.Generator) -> None:
    """A blob per topic on three maps; some samples lie in no cluster, those without a picture on no map of images."""
    names = pl.Series([", ".join(words) for words in TOPICS])
    for name in MAPS:
        there = made.with_image if name == "map_images" else np.ones(made.count, dtype=bool)
        centres = draw.uniform(-10, 10, (len(TOPICS), 2))
        places = (
            centres[made.topic]
            + draw.normal(size=(made.count, 2)) * draw.uniform(0.25, 0.9, len(TOPICS))[made.topic, None]
        )
        alone = draw.random(made.count) < 0.06
        places[alone] = draw.uniform(-12, 12, (int(alone.sum()), 2))
        cluster = np.where(alone, -1, made.topic)
        labels = names.gather(made.topic).set(pl.Series(alone | ~there), None)
        _score(store, known[name], made.numbers, np.where(there, cluster.astype(float), np.nan), labels)
        points = {
            "stage": name, "version": known[name].version, "sample_no": made.numbers[there],
            "x": places[there, 0].astype(np.float32), "y": places[there, 1].astype(np.float32),
            "cluster": cluster[there], "run_no": RUN,
        }  # fmt: skip
        _append(store, "projection", points, "scores")


def _decide(workspace: Workspace, made: DrawnSet, draw: np.random.Generator) -> None:
    """Three people decide on samples, bad ones rather rejected, and on flags, most of them confirmed."""
    chosen = draw.choice(made.count, min(1250, made.count // 4), replace=False)
    bad = draw.random(len(chosen)) < 1 / (1 + np.exp(1.2 + 2.2 * made.quality[chosen]))
    later = draw.random(len(chosen)) < 0.05
    verdicts = np.where(later, "later", np.where(bad, "reject", "approve"))
    _say(workspace, "sample", made.keys.gather(chosen).to_list(), verdicts.tolist())
    raised = workspace.store.frame("SELECT DISTINCT flag_id FROM flag ORDER BY 1")["flag_id"].to_list()
    raised = raised[: min(750, len(raised) // 3)]
    _say(workspace, "flag", raised, np.where(draw.random(len(raised)) < 0.65, "confirm", "dismiss").tolist())


def _say(workspace: Workspace, subject: str, keys: Sequence[str], verdicts: Sequence[str]) -> None:
    for place, who in enumerate(PEOPLE):
        for verdict in dict.fromkeys(verdicts):
            mine = [key for at, key in enumerate(keys) if verdicts[at] == verdict and at % len(PEOPLE) == place]
            for start in range(0, len(mine), 50):
                decision_log.decide_all(workspace, who, subject, mine[start : start + 50], verdict, origin="single")


if __name__ == "__main__":
    arguments = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    arguments.add_argument("folder", type=Path)
    arguments.add_argument("samples", type=int)
    given = arguments.parse_args()
    started = time.monotonic()
    build(given.folder, given.samples)
    print(f"{given.samples:,} samples in {time.monotonic() - started:.0f} s: {given.folder}")
