"""The contract of a metric, a feature and a stage: what a file in their folders must say about itself."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal, NamedTuple, Protocol, TypeAlias, runtime_checkable

from scoring.item import Item
from scoring.json_types import Params

if TYPE_CHECKING:
    from scoring.stage import StageResult

Subject = Literal["sample", "turn", "image"]
BadWhen = Literal["low", "high", "both", "never"]

PRINCIPLES = (
    "readability",
    "correctness",
    "hallucination",
    "task diversity",
    "instruction diversity",
    "response diversity",
    "visual diversity",
    "instruction complexity",
    "granularity",
    "visual complexity",
    "balance",
    "structure",
)
"""The ten principles of the paper's section 3.3.3, hallucination apart, and structure for lint."""


FeatureValues: TypeAlias = Sequence[Any]
"""Values of one feature, one per item; a metric knows the type of those that it needs."""


class Unavailable(Exception):
    """A model cannot be loaded here: the message is the reason shown to the user."""


def not_installed(error: ImportError) -> str:
    """Why a model is unavailable whose library is missing, and how to get it."""
    return f'The package {error.name} is not installed: pip install "winnow[all]", or that package alone.'


class Postponed(Exception):
    """Items cannot be scored in this run (a budget is used up, say): they get no row, the next run takes them.

    The message is the reason shown to the user.
    """


@dataclass(frozen=True, slots=True)
class Flag:
    """A question to a curator about one turn (or, with `turn` None, about the whole sample).

    `start` and `end` are character offsets into the turn's response as stored, `text` the characters
    between them. `verdict` is "unsupported", "unsure" or "" where the kind says it all. `evidence` maps
    each source ("annotations", "detector", ...) to what it said.
    """

    kind: str
    reason: str
    turn: int | None = None
    start: int | None = None
    end: int | None = None
    text: str = ""
    verdict: str = ""
    score: float | None = None
    evidence: Mapping[str, object] = field(default_factory=dict)


class Vote(NamedTuple):
    """What one source says about one object that a turn's response claims, denied or not; a tuple, as there are many.

    The span is that of a `Flag`. `source` and the scale of `score` are those of `scoring.text.verdict`; a source
    that cannot tell casts no vote, or one with the score None. `detail` says in words what was looked for.
    """

    turn: int
    start: int
    end: int
    text: str
    source: str
    score: float | None
    detail: str = ""


@dataclass(frozen=True, slots=True)
class Result:
    """One item's outcome. `value` None means not applicable; `label` is for metrics that name things.

    `votes` are what the metric's source says about each claimed span, kept beside those of other sources.
    `error` says why this one item could not be scored: a metric that knows need not fail the whole batch.
    """

    value: float | None = None
    label: str | None = None
    flags: tuple[Flag, ...] = ()
    votes: tuple[Vote, ...] = ()
    error: str | None = None


@dataclass(frozen=True, slots=True)
class Batch:
    """Items of one subject and, for every needed feature, one value per item (in the same order)."""

    items: Sequence[Item]
    features: Mapping[str, FeatureValues] = field(default_factory=dict)


@dataclass(frozen=True)
class Metric:
    """A number (or a label) per sample, turn or image.

    A metric's module also has `load(params) -> model` (heavy imports live there; raises Unavailable) and
    `score(batch, model) -> list[Result]`, one result per item; it may raise Postponed.

    `range` is (lowest, highest) possible value, None where open. `suggested` is the cut (low, high) that
    the thresholds page offers: values below low or above high are bad; it is in force only once a person chose it.
    `flags` are kinds of flags that speak against a sample, dropped unless a person says otherwise; `remarks` are
    kinds that say something of it and nothing against it. `languages` are the ISO 639 codes of those that a metric of
    turns knows, none for all: a turn whose text in `reads` is in another one has no value. `evidence` says that the
    values change when annotations arrive. `params` are the defaults of what a user may set and `running` of what
    changes how it runs but no value: places, limits, time-outs. Only `params` make another version.
    `machine_params` reads what this machine's configuration says of them. `direction` says of parameters which end
    is bad and which values are possible, for a metric whose model is a parameter.
    """

    name: str
    version: str
    title: str
    principle: str
    subject: Subject
    range: tuple[float | None, float | None]
    unit: str
    bad_when: BadWhen
    suggested: tuple[float | None, float | None] = (None, None)
    needs: tuple[str, ...] = ()
    flags: tuple[str, ...] = ()
    remarks: tuple[str, ...] = ()
    languages: tuple[str, ...] = ()
    reads: Literal["instruction", "response"] = "response"
    labels: bool = False
    builtin: bool = True
    evidence: bool = False
    params: Params = field(default_factory=dict)
    running: Params = field(default_factory=dict)
    machine_params: Callable[[], Params] = dict
    direction: Callable[[Params], tuple[BadWhen, tuple[float | None, float | None]]] | None = None


@dataclass(frozen=True)
class Feature:
    """An expensive intermediate, computed once per distinct item and shared by every metric that needs it.

    A feature's module also has `load(params) -> model` (raises Unavailable) and `compute(items, model) -> list`.
    A `stored` feature is kept in the workspace: "vector" (float32 arrays of one length, for one space of
    embeddings) or "json" (plain data). A turn or sample metric may need a stored image feature: it is then
    given, for each item, the list of the values of its sample's images. Features are computed where something
    needs them; one that is so `by_default` always, because dataset indicators read it.
    """

    name: str
    version: str
    subject: Subject
    stored: Literal["", "vector", "json"] = ""
    title: str = ""
    by_default: bool = False
    params: Params = field(default_factory=dict)
    running: Params = field(default_factory=dict)


@dataclass(frozen=True)
class Stage:
    """A whole-dataset step. It gives every sample one value and may raise flags and form groups.

    A stage's module also has `run(work, params, progress) -> StageResult` (see `scoring.stage`). `needs` are
    stored features that it reads; a parameter `vectors` may name one more. One that is `on_demand` runs only
    where a user switched it on: it takes long, or few want it.
    """

    name: str
    version: str
    title: str
    principle: str
    unit: str
    range: tuple[float | None, float | None]
    bad_when: BadWhen
    suggested: tuple[float | None, float | None] = (None, None)
    needs: tuple[str, ...] = ()
    flags: tuple[str, ...] = ()
    labels: bool = False
    builtin: bool = True
    on_demand: bool = False
    params: Params = field(default_factory=dict)
    running: Params = field(default_factory=dict)
    machine_params: Callable[[], Params] = dict


@runtime_checkable
class MetricModule(Protocol):
    """A metric's file."""

    METRIC: Metric

    def load(self, params: Params, /) -> Any:
        """Loads the model; None where there is none. Raises Unavailable."""

    def score(self, batch: Batch, model: Any, /) -> Sequence[Result]:
        """Scores a batch; one result per item, in their order. May raise Postponed."""


@runtime_checkable
class FeatureModule(Protocol):
    """A feature's file."""

    FEATURE: Feature

    def load(self, params: Params, /) -> Any:
        """Loads the model; None where there is none. Raises Unavailable."""

    def compute(self, items: Any, model: Any, /) -> Sequence[Any]:
        """Computes the values of some items of the feature's subject; one per item, in their order."""


@runtime_checkable
class StageModule(Protocol):
    """A stage's file."""

    STAGE: Stage

    def run(self, work: Path, params: Params, progress: Callable[[float], None], /) -> StageResult:
        """Runs over the whole dataset in the folder `work`; `progress` is told the share done, 0 to 1."""
