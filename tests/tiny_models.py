"""Tiny models with random weights, saved in the formats that the real libraries read."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from scoring.models import world

TINY_CLIP = {
    "vision_cfg": {"image_size": 32, "layers": 2, "width": 64, "head_width": 16, "patch_size": 16},
    "text_cfg": {"context_length": 77, "vocab_size": 49408, "width": 32, "heads": 2, "layers": 2},
}


def _save_clip(folder: Path, name: str, numbers: int) -> dict[str, Any]:
    """Params of a CLIP model with random weights and vectors of so many numbers, saved to `folder`."""
    import torch
    from open_clip.factory import add_model_config, create_model

    (folder / f"{name}.json").write_text(json.dumps({**TINY_CLIP, "embed_dim": numbers}))
    add_model_config(folder)
    torch.manual_seed(0)
    torch.save(create_model(name).state_dict(), folder / "tiny.pt")
    return {"model": name, "pretrained": str(folder / "tiny.pt"), "config": str(folder), "device": "cpu"}


@pytest.fixture(scope="session")
def tiny_clip(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """Params of a CLIP model of 16 numbers, its configuration and checkpoint saved to disk."""
    return _save_clip(tmp_path_factory.mktemp("clip"), "tiny-test", 16)


@pytest.fixture(scope="session")
def tiny_world(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """Params of a YOLO-World detector with random weights and a text tower of 512 numbers, both saved to disk."""
    import torch
    from ultralytics import YOLOWorld

    world.import_ultralytics()
    folder = tmp_path_factory.mktemp("world")
    text = _save_clip(folder, "tiny-text", 512)
    torch.manual_seed(0)
    detector = YOLOWorld("yolov8s-worldv2.yaml")
    _let_decide(detector.model)
    detector.save(folder / "world.pt")
    return {
        "weights": str(folder / "world.pt"),
        "text_model": text["model"],
        "text_pretrained": text["pretrained"],
        "text_config": text["config"],
        "device": "cpu",
    }


def _let_decide(net: Any) -> None:
    """Random weights find every place and every name alike; statistics of a photo and a steeper head end that."""
    import skimage.data
    import torch

    for module in net.modules():
        if isinstance(module, torch.nn.BatchNorm2d):
            module.momentum = 1.0
    photo = torch.from_numpy(skimage.data.astronaut()).permute(2, 0, 1)[None].float() / 255
    with torch.no_grad():
        net.train().predict(photo)
        net.eval()
        for contrast in net.model[-1].cv4:
            contrast.bias.fill_(-2.0)
            contrast.logit_scale.fill_(1.0)


@pytest.fixture(scope="session")
def tiny_gpt(tmp_path_factory: pytest.TempPathFactory) -> str:
    """A GPT-2 of 32 tokens of context with random weights and a tokenizer of bytes."""
    import torch
    from tokenizers import Tokenizer, decoders, models, pre_tokenizers
    from transformers import GPT2Config, GPT2LMHeadModel, PreTrainedTokenizerFast

    folder = tmp_path_factory.mktemp("gpt")
    alphabet = sorted(pre_tokenizers.ByteLevel.alphabet())
    vocabulary = {letter: number for number, letter in enumerate([*alphabet, "<|endoftext|>"])}
    tokenizer = Tokenizer(models.BPE(vocab=vocabulary, merges=[]))
    tokenizer.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    tokenizer.decoder = decoders.ByteLevel()
    end = "<|endoftext|>"
    PreTrainedTokenizerFast(tokenizer_object=tokenizer, bos_token=end, eos_token=end).save_pretrained(folder)
    torch.manual_seed(0)
    size = len(vocabulary)
    config = GPT2Config(
        vocab_size=size, n_positions=32, n_embd=16, n_layer=2, n_head=2, bos_token_id=size - 1, eos_token_id=size - 1
    )
    net = GPT2LMHeadModel(config)
    net.transformer.wte.weight.data *= 40  # random weights of the usual size find every token as likely
    net.save_pretrained(folder)
    return str(folder)
