"""Short answers as sentences, by a language model: the optional step of Annotation Adaption.

Li et al., TMLR 2024, section 3.3.1. A sentence that leaves the answer out, or that says much more, is not taken, nor is
an answer that could not be had: the short answer stays then, as without a model.
"""

from __future__ import annotations

from pathlib import Path

from curation.generation import grammar
from curation.generation.adapt import Expand
from curation.generation.llm import prompts
from scoring.json_types import Params
from scoring.judge import answers, question
from scoring.judge.client import Judge
from scoring.judge.trouble import JudgeError
from scoring.metric import Postponed

PROMPT = "expand"
SAMPLING = {"temperature": 0.0, "max_tokens": 120, "votes": 1}
MOST_WORDS = 30


def expander(running: Params, workspace_folder: Path | None = None) -> tuple[Expand, dict[str, str]]:
    """Makes the function that writes a sentence from a question and its short answer.

    Args:
        running: Parameters of `scoring.judge.client`.
        workspace_folder: Its `prompts` replace the shipped ones; None for the shipped ones only.

    Returns:
        The function, and its provenance: model and prompt version.

    Raises:
        Unavailable: There is no endpoint.
        PromptError: The prompt cannot be read.
    """
    model, prompt = Judge({**running, **SAMPLING}), prompts.load(PROMPT, workspace_folder)

    def expand(question_text: str, answer: str) -> str:
        request = question.by_rules(prompt.text, {"question": question_text, "answer": answer})
        request = request.answered_by(answers.text_field("sentence"))
        try:
            sentence = model.ask(request, lambda text: answers.string(text, "sentence")).strip()
        except (JudgeError, Postponed):
            return grammar.sentence(answer)
        return sentence if _says(sentence, answer) else grammar.sentence(answer)

    return expand, {"model": model.endpoint.model, "prompt": prompt.version}


def _says(sentence: str, answer: str) -> bool:
    """True for one short sentence with the answer's words in it."""
    return answer.casefold() in sentence.casefold() and len(sentence.split()) <= MOST_WORDS
