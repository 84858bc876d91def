"""Small sets, one for each thing that a row may hold, in ms-swift's shape: it has a place for all of them."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from PIL import Image

Row = dict[str, Any]


@dataclass(frozen=True)
class Case:
    """A set of rows by what they hold; `preferences` are the kinds of files that are wanted of them."""

    name: str
    rows: Sequence[Row]
    preferences: tuple[str, ...] = ()


def _talk(*texts: str) -> list[Row]:
    return [{"role": ("user", "assistant")[place % 2], "content": text} for place, text in enumerate(texts)]


_SYSTEM = {"role": "system", "content": "Be brief."}
_TEXT = [{"messages": _talk(f"Who wrote part {n}?", f"Nobody wrote {n}.")} for n in range(2)]
_ONE = [
    {"messages": _talk("<image>\nWhat is it?", "A red block."), "images": ["a b.png"]},
    {"messages": _talk("What is it? <image>", "A photo."), "images": ["deep/ä.jpg"]},
    {"messages": _talk("Hello", "Hi.", "<image>\nAnd this?", "Grey."), "images": ["deep/er/a b.png"]},
    {
        "messages": [_SYSTEM, *_talk("<image>\nColour?", "Blue.")],
        "images": ["c.jpg"],
    },
]
_SEVERAL = [
    {"messages": _talk("<image>\n<image>\nWhich is larger?", "The first."), "images": ["a b.png", "c.jpg"]},
    {"messages": _talk("<image>\nThis?", "Red.", "<image>\nThat?", "Blue."), "images": ["c.jpg", "deep/ä.jpg"]},
]
_CALL = json.dumps({"name": "zoom", "arguments": {"box": [0, 0, 9, 9]}})
_ZOOM = {"name": "zoom", "description": "Looks closer.", "parameters": {"type": "object", "properties": {}}}

CASES = (
    Case("text only", _TEXT),
    Case("one image", _ONE),
    Case("several images", _SEVERAL),
    Case(
        "interleaved",
        [{"messages": _talk("First <image>, then <image>: what changed?", "Light."), "images": ["c.jpg", "a b.png"]}],
    ),
    Case("mixed", [*_TEXT, *_ONE, *_SEVERAL]),
    Case("video", [{"messages": _talk("<video>\nWhat happens?", "A dog runs."), "images": [], "videos": ["v/1.mp4"]}]),
    Case(
        "tools",
        [
            {
                "messages": [
                    _SYSTEM,
                    {"role": "user", "content": "<image>Zoom into the sign."},
                    {"role": "tool_call", "content": _CALL},
                    {"role": "tool_response", "content": "zoomed: <image>"},
                    {"role": "assistant", "content": "It reads Main Street."},
                ],
                "images": ["a b.png", "c.jpg"],
                "tools": json.dumps([_ZOOM]),
            },
            {"messages": _talk("<image>What is it?", "A street."), "images": ["c.jpg"]},
        ],
    ),
    Case(
        "pairs",
        [
            {
                "messages": _talk(f"<image>\nDescribe {n}.", "It is red."),
                "images": ["a b.png"],
                "rejected_response": "It is green.",
            }
            for n in range(3)
        ],
        ("dpo",),
    ),
    Case(
        "labels",
        [
            {"messages": _talk(f"<image>\nDescribe {n}.", "It is red."), "images": ["c.jpg"], "label": n == 0}
            for n in range(3)
        ],
        ("kto",),
    ),
)


def write(case: Case, folder: Path) -> Path:
    """Writes a set and its pictures.

    Args:
        case: The set.
        folder: Folder that gets `set.jsonl`, and `images` with what its rows name.

    Returns:
        The file of rows.
    """
    (folder / "images").mkdir()
    names = {name for row in case.rows for name in row.get("images", [])}
    for seed, name in enumerate(sorted(names)):
        path = folder / "images" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        pixels = np.random.default_rng(seed).integers(0, 255, (24, 32 + seed, 3), dtype=np.uint8)
        Image.fromarray(pixels).save(path)
    for name in {name for row in case.rows for name in row.get("videos", [])}:
        path = folder / "images" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(b"a video that nobody decodes here")
    path = folder / "set.jsonl"
    path.write_text("".join(json.dumps(row, ensure_ascii=False) + "\n" for row in case.rows), encoding="utf-8")
    return path
