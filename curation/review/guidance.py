"""What reviewers are given to decide by: guidelines, and the reasons for a rejection that a key picks."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict, dataclass

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
    stored = settings.read(workspace.store, GUIDANCE)
    return Guidance(stored["guidelines"], tuple(stored["reasons"])) if stored else Guidance()


def write(workspace: Workspace, guidelines: str, reasons: Iterable[str]) -> Guidance:
    """Replaces the workspace's guidance.

    Args:
        workspace: Open workspace.
        guidelines: Plain text, cut to LONGEST_GUIDELINES characters.
        reasons: One each; empty ones, those that repeat another, and those after MOST_REASONS are left out.

    Returns:
        What is stored.
    """
    lines = dict.fromkeys(" ".join(reason.split())[:LONGEST_REASON] for reason in reasons)
    guidance = Guidance(guidelines.strip()[:LONGEST_GUIDELINES], tuple(line for line in lines if line)[:MOST_REASONS])
    settings.write(workspace.store, GUIDANCE, asdict(guidance))
    return guidance
