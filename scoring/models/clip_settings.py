"""What a CLIP checkpoint does not say itself: its activation, and how pictures become its input.

The same architecture is published with different activations (OpenAI's with QuickGELU) and different means and spreads
of pixels (SigLIP's are 0.5): the wrong ones give vectors that look right and are not. A tag of `open_clip` says them,
and so does the `open_clip_config.json` that a model of the hub has beside its weights; without either nothing is
guessed.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from scoring.metric import Unavailable

CONFIG = "open_clip_config.json"


@dataclass(frozen=True)
class ClipSettings:
    """Arguments of `open_clip`'s factory; None leaves it to the model's own configuration."""

    force_quick_gelu: bool = False
    image_mean: tuple[float, ...] | None = None
    image_std: tuple[float, ...] | None = None
    image_interpolation: str | None = None
    image_resize_mode: str | None = None


def of_checkpoint(model: str, path: Path, tag: str, config: str) -> ClipSettings:
    """Finds the settings of a checkpoint file.

    Args:
        model: Name of the architecture.
        path: The file.
        tag: The tag of `open_clip` whose weights the file holds; empty where none was named.
        config: Folder of the user's own model configurations; empty without.

    Returns:
        The settings; those of an own configuration are the model's own.

    Raises:
        Unavailable: Nothing says them, or the tag is none of this model.
    """
    from open_clip.pretrained import get_pretrained_cfg, list_pretrained_tags_by_model

    if tag:
        published = get_pretrained_cfg(model, tag)
        if not published:
            tags = ", ".join(list_pretrained_tags_by_model(model)) or "none"
            raise Unavailable(f"The CLIP model {model} has no published weights {tag!r}; set `tag` to one of: {tags}.")
        return _settings(published, bool(published.get("quick_gelu")))
    config_file = path.parent / CONFIG
    if config_file.is_file():
        stored = json.loads(config_file.read_text("utf-8"))
        return _settings(stored.get("preprocess_cfg", {}), bool(stored.get("model_cfg", {}).get("quick_gelu")))
    if config:
        return ClipSettings()
    tags = ", ".join(list_pretrained_tags_by_model(model)) or "none"
    raise Unavailable(
        f"The checkpoint {path.name} does not say which activation and which means of pixels it was trained with: set "
        f"`tag` to the published weights of {model} that it holds ({tags}), or put its {CONFIG} beside it."
    )


def _settings(stored: Mapping[str, Any], quick_gelu: bool) -> ClipSettings:
    mean, std = stored.get("mean"), stored.get("std")
    return ClipSettings(
        quick_gelu,
        tuple(mean) if mean else None,
        tuple(std) if std else None,
        stored.get("interpolation"),
        stored.get("resize_mode"),
    )
