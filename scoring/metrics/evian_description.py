"""Consistency, coherence and accuracy of what a response describes of its images, by a judge (arXiv 2604.20544)."""

from __future__ import annotations

from scoring.judge.grading import EVIAN

METRIC = EVIAN.metric("description", "Visual description, judged", "hallucination")
load, questions, score = EVIAN.functions("description")
