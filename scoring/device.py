"""Where a model runs and how much it is given at a time: CUDA, else Apple's GPU, else the processor."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from scoring.json_types import Params
from scoring.metric import Unavailable

if TYPE_CHECKING:
    import torch


RUNNING: Params = {"device": "auto", "batch": 0}
"""Where a model runs and how much at once: changes no value, so it is no part of a score's version."""


def deciding(params: Params) -> dict[str, object]:
    """The parameters that may change a value: all but those of RUNNING."""
    return {name: value for name, value in params.items() if name not in RUNNING}


def pick(name: str = "auto") -> str:
    """The device's name for torch. Raises Unavailable when one is asked for by name and not there."""
    import torch

    devices = {"cuda": torch.cuda.is_available(), "mps": torch.backends.mps.is_available(), "cpu": True}
    if name == "auto":
        return next(kind for kind, available in devices.items() if available)
    kind, _, number = name.partition(":")
    if not devices.get(kind) or (kind == "cuda" and int(number or 0) >= torch.cuda.device_count()):
        raise Unavailable(f'The device "{name}" is not available to torch here: set it to "auto" or "cpu".')
    return name


def precision(device: str) -> torch.dtype:
    """Numbers to compute in: bfloat16 on CUDA (float16 before Ampere), float32 elsewhere."""
    import torch

    if not device.startswith("cuda"):
        return torch.float32
    return torch.bfloat16 if torch.cuda.is_bf16_supported(including_emulation=False) else torch.float16


def batch_size(params: Params, device: str, gpu: int, cpu: int) -> int:
    """Decides how many items a model is given at once.

    Args:
        params: The user's `batch`; 0 or none for what fills the device.
        device: As `pick` gives it.
        gpu: Items on CUDA or Apple's GPU.
        cpu: Items on the processor.

    Returns:
        A number of items.
    """
    return int(params.get("batch", 0)) or (cpu if device == "cpu" else gpu)


@contextmanager
def inference(device: str) -> Iterator[None]:
    """Without gradients, and on CUDA in half precision."""
    import torch

    dtype = precision(device)
    cuda = device.startswith("cuda")
    kind = "cuda" if cuda else "cpu"
    with torch.inference_mode(), torch.autocast(kind, dtype=dtype if cuda else None, enabled=cuda):
        yield


def threads() -> int:
    """Threads to read pictures with."""
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    return min(16, cores)
