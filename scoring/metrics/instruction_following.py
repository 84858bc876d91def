"""How much harder a response is to a language model with its instruction than without it (IFD).

The mean loss of the response's tokens after the instruction, over that of the response alone. Near 0: the instruction
gives the response away; near 1: it hardly helps; above 1: it misleads, and the two may not belong together. Li et al.,
2024, NAACL, "From Quantity to Quality" (https://arxiv.org/abs/2308.12032), who keep high values below 1. The model does
not see the images.
"""

from __future__ import annotations

from scoring.item import TurnItem
from scoring.json_types import Params
from scoring.metric import Batch, Metric, Result
from scoring.models import language
from scoring.models.language import Language
from scoring.text import markup

METRIC = Metric(
    name="instruction_following",
    version="1",
    title="Instruction-following difficulty (IFD)",
    principle="instruction complexity",
    subject="turn",
    range=(0.0, None),
    unit="ratio of losses",
    bad_when="both",
    builtin=False,
    params={"model": "gpt2", "context": 0},
    running={"device": "auto", "batch_tokens": 0},
)


def load(params: Params) -> Language:
    """The language model. Raises Unavailable without its weights."""
    return language.load(params)


def score(batch: Batch, model: Language) -> list[Result]:
    """Computes the loss of each response after its instruction over that without it.

    Args:
        batch: Turns.
        model: As `load` gives it.

    Returns:
        One result per turn; None without instruction or response, or where the response alone costs nothing.
    """
    turns = [item.turn for item in batch.items if isinstance(item, TurnItem)]
    responses = [markup.mask(turn.answer).strip() for turn in turns]
    instructions = [markup.mask(turn.instruction).strip() for turn in turns]
    alone = model.mean_log_probabilities(responses, [""] * len(responses))
    after = model.mean_log_probabilities(responses, [f"{text}\n" if text else "" for text in instructions])
    return [
        Result(conditional / by_itself) if instruction and conditional is not None and by_itself else Result()
        for instruction, conditional, by_itself in zip(instructions, after, alone, strict=True)
    ]
