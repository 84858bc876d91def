"""How much of what a response states is true, by a judge's grade; one answer grades all four of `rubric_`."""

from __future__ import annotations

from scoring.judge.grading import RUBRIC

METRIC = RUBRIC.metric("accuracy", "Accuracy, judged", "correctness")
load, questions, score = RUBRIC.functions("accuracy")
