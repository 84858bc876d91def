"""What is to be made, as plain data: the page fills it in, a file in the workspace keeps it, a run goes on from it."""

from __future__ import annotations

import argparse
import hashlib
from dataclasses import asdict, dataclass, fields, replace
from pathlib import Path
from typing import Any

import orjson

from curation.generation.clue import Collected
from curation.generation.collect import GatheredClues, GenerationInput
from curation.workspace import Workspace, model_prices
from scoring.damage import raise_machine_error
from scoring.files import appearing
from scoring.json_types import JsonObject
from scoring.plain_files import plain


@dataclass(frozen=True)
class GenerationPlan:
    """The arguments of `generate`; 0 for no limit. Where to ask and with which key is no part of it."""

    annotations: tuple[str, ...] = ()
    images: str = ""
    dataset: str = ""
    mode: str = "adapt"
    tasks: tuple[str, ...] = ()
    negatives: str = "random"
    brief: float = 0.3
    boxes: str = "share"
    flavour: str = "global"
    model: str = ""
    with_images: bool = False
    temperature: float = 0.8
    max_tokens: int = 1500
    per_image: int = 5
    limit: int = 0
    seed: int = 0
    name: str = ""
    requests: int = 0
    tokens: int = 0
    max_cost: float = 0.0
    price_in: float = 0.0
    price_out: float = 0.0
    concurrency: int = 4
    retries: int = 5

    @property
    def where(self) -> GenerationInput:
        """What it is made from."""
        images = Path(self.images).expanduser() if self.images else None
        return GenerationInput(tuple(Path(path).expanduser() for path in self.annotations), None, images, self.dataset)

    @property
    def arguments(self) -> argparse.Namespace:
        """The same as the modes take it."""
        return argparse.Namespace(**{**asdict(self), "tasks": ",".join(self.tasks), "endpoint": "", "expand": False})

    @property
    def prices(self) -> JsonObject:
        """What its model costs, as parameters of `scoring.judge`."""
        return {"price_in": self.price_in, "price_out": self.price_out}


_ANEW = dict.fromkeys(("requests", "tokens", "max_cost", "price_in", "price_out", "concurrency", "retries"), 0)


@dataclass(frozen=True)
class StartedPlan:
    """A plan that was started: how far it came and what it is called. `stopped` says why it ended before its end."""

    file: Path
    plan: GenerationPlan
    dataset: str = ""
    done: int = 0
    total: int = 0
    stopped: str = ""
    ended: bool = False


def cut(gathered: GatheredClues, limit: int) -> Collected:
    """Takes the clues of the first pictures.

    Args:
        gathered: All clues.
        limit: How many; 0 for all.

    Returns:
        The same collection with fewer clues.
    """
    return replace(gathered.collected, clues=gathered.collected.clues[: limit or None])


def priced(workspace: Workspace, plan: GenerationPlan, model: str) -> GenerationPlan:
    """Gives a plan the prices of its model from the workspace's table, where it has none of its own.

    Args:
        workspace: Open workspace.
        plan: The plan.
        model: The model that is asked.

    Returns:
        The plan with prices, where the table has any.
    """
    filled = model_prices.filled(model_prices.read(workspace), {"model": model, **plan.prices})
    return replace(plan, price_in=filled["price_in"], price_out=filled["price_out"])


def keep(workspace: Workspace, plan: GenerationPlan, **state: Any) -> StartedPlan:
    """Writes down how far a plan is; the same one with another budget goes on in its place.

    Args:
        workspace: Open workspace.
        plan: The plan; its hash, without the budget, names the file.
        state: Fields of `StartedPlan` beside `file` and `plan`.

    Returns:
        What was written.
    """
    content = orjson.dumps({**asdict(plan), **_ANEW}, option=orjson.OPT_SORT_KEYS)
    path = _folder(workspace) / f"{hashlib.blake2b(content, digest_size=8).hexdigest()}.json"
    with appearing(path) as part:
        part.write_bytes(orjson.dumps({"plan": asdict(plan), **state}))
    return StartedPlan(path, plan, **state)


def unfinished(workspace: Workspace) -> list[StartedPlan]:
    """The plans that were started and have not come to their end, the newest first."""
    started = [
        _read(path) for path in sorted(_folder(workspace).glob("*.json"), key=lambda path: -path.stat().st_mtime)
    ]
    return [plan for plan in started if plan and not plan.ended]


def forget(started: StartedPlan) -> None:
    """Takes an unfinished plan off the list; what it made stays."""
    started.file.unlink(missing_ok=True)


def _folder(workspace: Workspace) -> Path:
    return workspace.folder / "generated" / "plans"


def _read(path: Path) -> StartedPlan | None:
    """A plan that cannot be read, or is of another version, is as good as none."""
    try:
        stored = orjson.loads(plain(path).read_bytes())
        names = {field.name for field in fields(GenerationPlan)}
        plan = {name: value for name, value in stored.pop("plan").items() if name in names}
        plan |= {name: tuple(plan.get(name, ())) for name in ("annotations", "tasks")}
        return StartedPlan(path, GenerationPlan(**plan), **stored)
    except (OSError, ValueError, TypeError, KeyError, AttributeError) as error:
        raise_machine_error(error)
        return None
