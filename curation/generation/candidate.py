"""A generated sample before a person has seen it, with where it came from."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import PurePosixPath

from curation.generation import clue as clues
from curation.generation.clue import Clue
from scoring.json_types import JsonObject


@dataclass(frozen=True)
class Candidate:
    """`messages` are (role, text), "human" and "gpt" in turn, without image marks.

    `flavour` is a mode's own kind of sample, `prompt_version` names the template or prompt and its version,
    `settings` are whatever else it takes to make the sample again.
    """

    image: str
    messages: tuple[tuple[str, str], ...]
    task: str
    clue: Clue
    mode: str
    flavour: str = ""
    prompt_version: str = ""
    model: str = ""
    settings: JsonObject = field(default_factory=dict)
    seed: int = 0


def row(candidate: Candidate, number: int = 0) -> JsonObject:
    """Builds a LLaVA row, the image marked in the first message, with the provenance under "winnow".

    Args:
        candidate: The generated sample.
        number: Which of its picture's samples it is; the end of the row's id.

    Returns:
        A row without the empty fields of the provenance.
    """
    messages = [{"from": role, "value": text} for role, text in candidate.messages]
    messages[0]["value"] = f"<image>\n{messages[0]['value']}"
    provenance = {
        "mode": candidate.mode,
        "task": candidate.task,
        "flavour": candidate.flavour,
        "prompt": candidate.prompt_version,
        "model": candidate.model,
        "settings": dict(candidate.settings),
        "seed": candidate.seed,
        "sources": list(candidate.clue.sources),
        "clue": clues.text(candidate.clue),
    }
    return {
        "id": f"{PurePosixPath(candidate.image).stem}-{number}",
        "image": candidate.image,
        "conversations": messages,
        "winnow": {key: value for key, value in provenance.items() if value not in ("", {})},
    }
