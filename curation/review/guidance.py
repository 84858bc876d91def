"""What reviewers are given to decide by: guidelines, and the reasons for a rejection that a key picks."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, replace
from typing import Any

from curation.decisions.actions import LONGEST_REASON
from curation.workspace import Workspace
from storage import settings

GUIDANCE = "review_guidance"
MOST_REASONS = 9
LONGEST_GUIDELINES = 20_000
USUAL_REASONS = (
    "Says what is not in the picture", "Wrong answer", "Does not answer the question", "Needs no picture",
    "Poor picture", "Poor language", "Harmful or private",
)  # fmt: skip


@dataclass(frozen=True)
class Guidance:
    """`guidelines` is a text of the team's own; the first of `reasons` has the key 1."""

    guidelines: str = ""
    reasons: tuple[str, ...] = USUAL_REASONS


def read(workspace: Workspace) -> Guidance:
    """The workspace's guidance."""
    return _guidance(settings.read(workspace.store, GUIDANCE))


def write(workspace: Workspace, *, guidelines: str | None = None, reasons: Iterable[str] | None = None) -> Guidance:
    """Changes what is given of the workspace's guidance; what somebody else wrote of the rest meanwhile stays.

    Args:
        workspace: Open workspace.
        guidelines: Plain text, cut to LONGEST_GUIDELINES characters.
        reasons: One each; empty ones, those that repeat another, and those after MOST_REASONS are left out.

    Returns:
        What is stored.
    """

    def change(stored: Mapping[str, Any]) -> Mapping[str, Any]:
        present = _guidance(stored[GUIDANCE])
        if guidelines is not None:
            present = replace(present, guidelines=guidelines.strip()[:LONGEST_GUIDELINES])
        if reasons is not None:
            lines = dict.fromkeys(" ".join(reason.split())[:LONGEST_REASON] for reason in reasons)
            present = replace(present, reasons=tuple(line for line in lines if line)[:MOST_REASONS])
        return {GUIDANCE: asdict(present)}

    return _guidance(settings.update(workspace.store, [GUIDANCE], change)[GUIDANCE])


def _guidance(stored: Mapping[str, Any] | None) -> Guidance:
    return Guidance(stored["guidelines"], tuple(stored["reasons"])) if stored else Guidance()
