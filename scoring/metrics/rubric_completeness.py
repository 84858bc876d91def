"""Whether a response gives all that is asked for, by a judge's grade; one answer grades all four of `rubric_`."""

from __future__ import annotations

from scoring.judge.grading import RUBRIC

METRIC = RUBRIC.metric("completeness", "Completeness, judged", "granularity")
load, questions, score = RUBRIC.functions("completeness")
