"""Short answers as sentences, by a language model: the optional step of Annotation Adaption.

Li et al., TMLR 2024, section 3.3.1. A sentence that leaves the answer out, or that says much more, is not taken, nor is
an answer that could not be had: the short answer stays then, as without a model.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from curation.generation import grammar
from curation.generation.adapt import Expand
from curation.generation.llm import prompts
from scoring.judge import answers, question
from scoring.judge.client import Judge
from scoring.judge.trouble import JudgeError
from scoring.metric import Postponed

PROMPT = "expand"
SAMPLING = {"temperature": 0.0, "max_tokens": 120, "votes": 1}
MOST_WORDS = 30


def expander(running: Mapping[str, Any], own: Path | None = None) -> tuple[Expand, dict[str, str]]:
    """A function from question and short answer to a sentence, and what is to be kept of it: model and prompt version.

    `running` are parameters of `scoring.judge.client`. Raises Unavailable without an endpoint, PromptError.
    """
    model, prompt = Judge({**running, **SAMPLING}), prompts.load(PROMPT, own)

    def expand(asked: str, answer: str) -> str:
        made = question.by_rules(prompt.text, {"question": asked, "answer": answer})
        try:
            sentence = model.ask(made, lambda text: answers.string(text, "sentence")).strip()
        except (JudgeError, Postponed):
            return grammar.sentence(answer)
        return sentence if _says(sentence, answer) else grammar.sentence(answer)

    return expand, {"model": model.endpoint.model, "prompt": prompt.version}


def _says(sentence: str, answer: str) -> bool:
    """True for one short sentence with the answer's words in it."""
    return answer.casefold() in sentence.casefold() and len(sentence.split()) <= MOST_WORDS
