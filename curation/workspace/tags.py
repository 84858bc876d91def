"""Tags on datasets by the survey's taxonomy (Li et al., TMLR 2024, 3.3): construction, instruction tendency, turns.

People say construction and tendency; turns are counted. What is known of a dataset by its name or its rows is
suggested, as a suggestion, and never becomes a tag by itself.
"""

from __future__ import annotations

import csv
import functools
import re
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from importlib import resources
from pathlib import Path

from curation.common.counts import counted
from curation.common.errors import WinnowError
from curation.workspace import Workspace, cache
from scoring.json_types import JsonObject
from storage import dataset_tags, datasets
from storage.store import Store

CONSTRUCTION = {"adaption": "Annotation Adaption", "self-instruct": "Self-Instruct", "mixing": "Data Mixing"}
TENDENCY = {
    "none": "none",
    "region": "object- or task-specific",
    "interleaved": "interleaved",
    "video": "video",
    "text-rich": "text-rich",
    "domain": "domain-specific",
}
MOST_FOLDERS, MOST = 2, 0.5
"""Rows that come from more image folders than this are of several sources; a mark that most rows have is a trait."""


class TagError(WinnowError):
    """The tag cannot be set; the message says why."""


@dataclass(frozen=True)
class Tags:
    """Values of CONSTRUCTION and TENDENCY, several where a dataset is of several kinds; `domain` is a free word."""

    construction: tuple[str, ...] = ()
    tendency: tuple[str, ...] = ()
    domain: str = ""


@dataclass(frozen=True)
class TagSuggestion:
    """Tags that nobody has set, and why they may be right."""

    tags: Tags
    why: str


@dataclass(frozen=True)
class Tagged:
    """A dataset with its tags, who set them, what is suggested for those that are not set, and its turns.

    `several` is the share of its samples with more than one turn, `turns` their mean number.
    """

    name: str
    tags: Tags = field(default_factory=Tags)
    who: str = ""
    suggestion: TagSuggestion | None = None
    samples: int = 0
    several: float = 0.0
    turns: float = 0.0

    @property
    def kind_of_turns(self) -> str:
        """Multi where any sample has more than one turn, else single."""
        return "multi" if self.several else "single"


def listing(workspace: Workspace) -> list[Tagged]:
    """Every dataset, in the order of their import; read again only when samples or tags changed."""
    return cache.recall(workspace.store, "tags of datasets", _listing, topics=("samples", "tags"))


def of(workspace: Workspace, name: str) -> Tagged | None:
    """Looks up the tags of one dataset.

    Args:
        workspace: Open workspace.
        name: The dataset's name.

    Returns:
        Its tags; None when there is no such dataset.
    """
    return next((tagged for tagged in listing(workspace) if tagged.name == name), None)


def write(workspace: Workspace, name: str, tags: Tags, who: str) -> None:
    """Sets a dataset's tags.

    Args:
        workspace: Open workspace.
        name: The dataset's name.
        tags: All its tags; those that are left out are taken away.
        who: The person who sets them.

    Raises:
        TagError: A value is not one of the taxonomy, or there is no such dataset.
    """
    row = datasets.by_name(workspace.store, name)
    if row is None:
        names = ", ".join(tagged.name for tagged in listing(workspace)) or "none"
        raise TagError(f"There is no dataset {name!r}; there are {names}.")
    _check(tags)
    values = {"construction": "+".join(tags.construction), "tendency": "+".join(tags.tendency)}
    domain = " ".join(tags.domain.split())[:60] if "domain" in tags.tendency else ""
    dataset_tags.write(workspace.store, row["dataset_no"], values | {"domain": domain}, who)


def words(tags: Tags) -> str:
    """The tags as a person reads them; empty where none is set."""
    parts = [CONSTRUCTION[value] for value in tags.construction]
    tendency = [_tendency_words(tags, value) for value in tags.tendency if value != "none"]
    return " · ".join(part for part in (" + ".join(parts), ", ".join(tendency)) if part)


def for_manifest(workspace: Workspace, names: Sequence[str]) -> list[JsonObject]:
    """Writes what the manifest of an export says of datasets: their tags as set, and their turns.

    Args:
        workspace: Open workspace.
        names: The datasets' names.

    Returns:
        One entry per dataset, in the order of their import.
    """
    return [
        {
            "dataset": tagged.name,
            **asdict(tagged.tags),
            "turns": tagged.kind_of_turns,
            "mean_turns": round(tagged.turns, 3),
        }
        for tagged in listing(workspace)
        if tagged.name in names
    ]


def suggest(name: str, path: str, shape: Mapping[str, float]) -> TagSuggestion | None:
    """Suggests tags by what the dataset's name, or its file's, says of it; else by what its rows look like.

    Args:
        name: The dataset's name.
        path: Its file.
        shape: What its rows look like, of `storage.dataset_tags.shapes`; may be empty.

    Returns:
        The tags with a reason; None where nothing is known.
    """
    for text in (name, Path(path).stem):
        entry = _known_by(text)
        if entry:
            tags = Tags(_split(entry["construction"]), _split(entry["tendency"]), entry["domain"])
            count = f", {counted(int(entry['count']), 'pair')}" if entry["count"] else ""
            return TagSuggestion(tags, f"its name is that of {entry['name']} ({entry['source']} of the survey{count})")
    return _by_shape(shape)


def _listing(store: Store) -> list[Tagged]:
    values: dict[str, dict[str, str]] = {}
    people: dict[str, str] = {}
    for row in dataset_tags.standing(store).to_dicts():
        values.setdefault(row["dataset"], {})[row["tag"]] = row["value"]
        people[row["dataset"]] = row["who"]
    turns = {row["dataset"]: row for row in dataset_tags.turns(store).to_dicts()}
    shapes = {row["dataset"]: row for row in dataset_tags.shapes(store).to_dicts()}
    return [
        _tagged(row, values.get(row["name"], {}), people, turns.get(row["name"], {}), shapes.get(row["name"], {}))
        for row in datasets.listing(store).sort("dataset_no").to_dicts()
    ]


def _tagged(
    row: Mapping[str, str], values: Mapping[str, str], people: Mapping[str, str], turns: Mapping[str, int],
    shape: Mapping[str, float],
) -> Tagged:  # fmt: skip
    tags = Tags(_split(values.get("construction", "")), _split(values.get("tendency", "")), values.get("domain", ""))
    samples = turns.get("samples", 0)
    return Tagged(
        name=row["name"],
        tags=tags,
        who=people.get(row["name"], ""),
        suggestion=None if tags.construction and tags.tendency else suggest(row["name"], row["path"], shape),
        samples=samples,
        several=turns.get("several", 0) / max(samples, 1),
        turns=turns.get("turns", 0) / max(samples, 1),
    )


def _check(tags: Tags) -> None:
    for values, allowed, title in (
        (tags.construction, CONSTRUCTION, "construction"),
        (tags.tendency, TENDENCY, "tendency"),
    ):
        wrong = [value for value in values if value not in allowed]
        if wrong:
            raise TagError(f"{wrong[0]!r} is no {title}; there are {', '.join(allowed)}.")
    if "none" in tags.tendency and len(tags.tendency) > 1:
        raise TagError("A dataset of no tendency cannot have another one.")


def _tendency_words(tags: Tags, value: str) -> str:
    return f"{TENDENCY[value]} ({tags.domain})" if value == "domain" and tags.domain else TENDENCY[value]


def _split(text: str) -> tuple[str, ...]:
    return tuple(part for part in text.split("+") if part)


def _known_by(text: str) -> dict[str, str] | None:
    """The known dataset whose name, or other name, is in the text as whole words; the longest one."""
    tokens = _tokens(text)
    runs = {"".join(tokens[i:j]) for i in range(len(tokens)) for j in range(i + 1, len(tokens) + 1)}
    matches = [run for run in runs if run in _known_datasets()]
    return _known_datasets()[max(matches, key=len)] if matches else None


@functools.cache
def _known_datasets() -> dict[str, dict[str, str]]:
    """Known datasets by all their names, written together in small letters."""
    text = resources.files("assets").joinpath("known_datasets.csv").read_text(encoding="utf-8")
    rows = list(csv.DictReader(text.splitlines()))
    names = ((name, row) for row in rows for name in (row["name"], *row["aliases"].split(";")) if name)
    return {"".join(_tokens(name)): row for name, row in names}


def _tokens(text: str) -> list[str]:
    return re.findall(r"[^\W_]+", text.lower())


def _by_shape(shape: Mapping[str, float]) -> TagSuggestion | None:
    if not shape:
        return None
    signs = (
        ("adaption", shape["adapted"] > MOST, "most rows were made here from annotations"),
        ("self-instruct", shape["instructed"] > MOST, "most rows were made here by a language model"),
        ("mixing", shape["folders"] > MOST_FOLDERS, f"its images are in {shape['folders']} folders"),
        ("video", shape["video"] > MOST, "most rows name a video"),
        ("interleaved", shape["images"] > MOST, "most rows have several images"),
        ("region", shape["regions"] > MOST, "most rows mark regions"),
    )
    seen = [(tag, why) for tag, holds, why in signs if holds]
    tags = Tags(tuple(tag for tag, _ in seen if tag in CONSTRUCTION), tuple(tag for tag, _ in seen if tag in TENDENCY))
    return TagSuggestion(tags, "; ".join(why for _, why in seen)) if seen else None
