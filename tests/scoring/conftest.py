"""Tiny models with random weights, saved in the formats that the real libraries read."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

TINY_CLIP = {
    "embed_dim": 16,
    "vision_cfg": {"image_size": 32, "layers": 2, "width": 64, "head_width": 16, "patch_size": 16},
    "text_cfg": {"context_length": 77, "vocab_size": 49408, "width": 32, "heads": 2, "layers": 2},
}


@pytest.fixture(scope="session")
def tiny_clip(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """Params of a CLIP model of 16 numbers, its configuration and checkpoint saved to disk."""
    import open_clip
    import torch

    folder: Path = tmp_path_factory.mktemp("clip")
    (folder / "tiny-test.json").write_text(json.dumps(TINY_CLIP))
    open_clip.add_model_config(folder)
    torch.manual_seed(0)
    net = open_clip.create_model("tiny-test")
    torch.save(net.state_dict(), folder / "tiny.pt")
    return {"model": "tiny-test", "pretrained": str(folder / "tiny.pt"), "config": str(folder), "device": "cpu"}
