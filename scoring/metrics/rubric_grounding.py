"""Whether a response rests on what its images show, by a judge's grade; one answer grades all four of `rubric_`."""

from __future__ import annotations

from scoring.judge.grading import RUBRIC

METRIC = RUBRIC.metric("grounding", "Grounding, judged", "hallucination")
load, questions, score = RUBRIC.functions("grounding")
