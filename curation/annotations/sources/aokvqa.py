"""A-OKVQA: questions with four choices, ten free answers and why the right one is right.

https://github.com/allenai/aokvqa ("Downloading the dataset"): a list of `{"question_id", "image_id", "question",
"choices", "correct_choice_idx", "direct_answers", "rationales"}` on COCO 2017 pictures. The first rationale is kept.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from curation.annotations import coco
from curation.annotations.document import Document
from curation.annotations.model import AnnotationSource, Question, SourceAnnotations
from curation.annotations.records import BadRecord, Draft, Problems, number, text, texts
from scoring.json_types import JsonObject


def recognise(document: Document) -> bool:
    """True for a list of questions with choices."""
    return {"question", "question_id", "image_id", "choices"} <= document.first().keys()


def read(documents: Sequence[Document], problems: Problems) -> SourceAnnotations:
    """Reads the questions of each picture; those of a test set, which nobody may see the answer of, are left out.

    Args:
        documents: One list of questions.
        problems: Counts the questions that are left out.

    Returns:
        Pictures with their questions.
    """
    (document,) = documents
    images: dict[str, Draft] = {}
    seen: set[str] = set()
    for key, name, question in problems.each(document.rows(problems), _question):
        if key in seen:
            problems.add("with a question that came before")
            continue
        seen.add(key)
        images.setdefault(name, Draft(name)).questions.append(question)
    return SourceAnnotations([image.done() for image in images.values()])


def _question(row: JsonObject) -> tuple[str, str, Question]:
    choices, correct = texts(row, "choices"), row.get("correct_choice_idx")
    right = choices[correct] if isinstance(correct, int) and 0 <= correct < len(choices) else ""
    votes = Counter(answer.strip() for answer in texts(row, "direct_answers"))
    if not votes and not right:
        raise BadRecord("without an answer")
    rationale = next(iter(texts(row, "rationales")), "").strip()
    question_text = text(row, "question").strip()
    question = Question(question_text, dict(votes.most_common()), tuple(choices), rationale, right)
    return number(row, "question_id"), coco.file_name(number(row, "image_id")), question


SOURCE = AnnotationSource(
    name="aokvqa",
    title="A-OKVQA",
    about="questions with choices, free answers and rationales (aokvqa_v1p0_train.json)",
    recognise=recognise,
    read=read,
    example={
        "aokvqa.json": """[{"split": "train", "image_id": 9, "question_id": "a1",
  "question": "What is the dog doing?", "choices": ["eating", "sleeping", "running", "swimming"],
  "correct_choice_idx": 1, "direct_answers": ["sleeping", "sleeping", "resting"], "difficult_direct_answer": false,
  "rationales": ["Its eyes are closed.", "It lies still."]}]"""
    },
)
