"""Consistency, coherence and accuracy of what a response infers from its images, by a judge (arXiv 2604.20544)."""

from __future__ import annotations

from scoring.judge.grading import EVIAN

METRIC = EVIAN.metric("inference", "Inference, judged", "correctness")
load, questions, score = EVIAN.functions("inference")
