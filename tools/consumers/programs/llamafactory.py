"""LLaMA-Factory: its loader, its check of a row's marks, its opening of pictures."""

from __future__ import annotations

import sys
from importlib.machinery import ModuleSpec
from types import ModuleType, SimpleNamespace
from typing import Any

from tools.consumers.programs import reading

PROGRAM = "LLaMA-Factory"
READ_BY = "LLaMA-Factory 0.9.5"
FORMATS = ("llamafactory",)
PACKAGES = (
    "torch==2.13.0", "transformers==5.6.0", "datasets==4.0.0", "accelerate==1.11.0", "peft==0.18.1", "trl==0.24.0",
    "av==16.0.0", "omegaconf", "fire", "einops", "tiktoken", "sentencepiece", "scipy", "pillow", "pyyaml", "tyro",
)  # fmt: skip
ALONE = ("llamafactory==0.9.5",)
"""Installed without what it asks for: that is above."""


def read(job: dict[str, Any]) -> list[reading.Row]:
    """Reads what a command line names."""
    sounds = ModuleType("torchaudio")  # only sounds need it, and it fits no torch without a GPU
    sounds.__spec__ = ModuleSpec("torchaudio", None)
    sys.modules["torchaudio"] = sounds
    from llamafactory.data.loader import _get_merged_dataset
    from llamafactory.data.mm_plugin import BasePlugin
    from llamafactory.hparams import DataArguments, FinetuningArguments
    from transformers import HfArgumentParser

    parser = HfArgumentParser((DataArguments, FinetuningArguments))
    data, tuning, _rest = parser.parse_args_into_dataclasses(job["words"][1:], return_remaining_strings=True)
    stage = {"dpo": "rm"}.get(tuning.stage, tuning.stage)
    model = SimpleNamespace(cache_dir=None, hf_hub_token=None)
    training = SimpleNamespace(local_process_index=0, seed=1, dataloader_num_workers=0)
    plugin = BasePlugin("<image>", "<video>", "<audio>")
    rows = []
    for row in _get_merged_dataset(data.dataset, model, data, training, stage):
        if not row["_prompt"]:
            continue  # passed over: "Dropped invalid example"
        images, videos = row["_images"] or [], row["_videos"] or []
        answers = row["_response"]
        kept = answers if stage == "sft" else [answer for answer in answers if answer["content"]][:1]
        messages = row["_prompt"] + kept
        plugin._validate_messages(messages, images, videos, [])
        opened = plugin._regularize_images(images, image_max_pixels=1 << 40, image_min_pixels=0)["images"]
        system = [["system", row["_system"]]] if row["_system"] else []
        rows.append(
            {
                "images": [reading.pixels(picture) for picture in opened],
                "videos": [reading.content(path) for path in videos],
                "texts": system + reading.said(messages),
                "tools": row["_tools"] or "",
                "rejected": answers[1]["content"] if stage == "rm" else None,
                "desired": bool(answers[0]["content"]) if stage == "kto" else None,
            }
        )
    return rows


if __name__ == "__main__":
    reading.main(read)
