"""Consistency, coherence and accuracy of the world facts of a response, by a judge (arXiv 2604.20544)."""

from __future__ import annotations

from scoring.judge.grading import EVIAN

METRIC = EVIAN.metric("fact", "World facts, judged", "correctness")
load, questions, score = EVIAN.functions("fact")
