"""Whether a person who asked would be glad of a response, by a judge; one answer grades all four of `rubric_`."""

from __future__ import annotations

from scoring.judge.grading import RUBRIC

METRIC = RUBRIC.metric("helpfulness", "Helpfulness, judged", "readability")
load, questions, score = RUBRIC.functions("helpfulness")
