"""VQAv2 and OK-VQA: a file of questions and a file of answers, joined by `question_id`.

https://visualqa.org/vqa_v2_evaluation.html ("data format"), https://okvqa.allenai.org. Ten people answered each
question; OK-VQA has no `multiple_choice_answer`.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from curation.annotations import coco
from curation.annotations.document import Document
from curation.annotations.model import AnnotationSource, Question, SourceAnnotations
from curation.annotations.records import BadRecord, Draft, Problems, number, rows, text, word
from scoring.json_types import JsonObject


def recognise(document: Document) -> bool:
    """True for an object with questions, or with annotations that answer some."""
    question, answer = document.first("questions"), document.first("annotations")
    return {"question_id", "question"} <= question.keys() or {"question_id", "answers"} <= answer.keys()


def read(documents: Sequence[Document], problems: Problems) -> SourceAnnotations:
    """Reads the questions of each picture with the votes for each answer; a question nobody answered is left out.

    Args:
        documents: Files of questions and files of answers, in any order.
        problems: Counts the questions and answers that are left out.

    Returns:
        Pictures with their questions, answers by falling number of votes.
    """
    answers: dict[str, Counter[str]] = {}
    for document in documents:
        for key, votes in problems.each(document.rows(problems, "annotations"), _answers):
            if key in answers:
                problems.add("that answer a question again")
            else:
                answers[key] = votes
    images: dict[str, Draft] = {}
    for document in documents:
        subset = str(document.scalars.get("data_subtype") or "")
        for key, image, question_text in problems.each(document.rows(problems, "questions"), _question):
            if key not in answers:
                problems.add("with a question and no answer, or asked again")
                continue
            name = coco.file_name(image, subset)
            answer_votes = dict(answers.pop(key).most_common())
            images.setdefault(name, Draft(name)).questions.append(Question(question_text, answer_votes))
    for _ in answers:
        problems.add("with answers and no question")
    return SourceAnnotations([image.done() for image in images.values()])


def _answers(row: JsonObject) -> tuple[str, Counter[str]]:
    votes = Counter(word(answer, "answer").strip() for answer in rows(row, "answers") if answer.get("answer"))
    if not votes:
        raise BadRecord("without answers")
    return number(row, "question_id"), votes


def _question(row: JsonObject) -> tuple[str, str, str]:
    return number(row, "question_id"), number(row, "image_id"), text(row, "question").strip()


SOURCE = AnnotationSource(
    name="vqa",
    title="VQAv2 or OK-VQA",
    about="questions with ten people's answers; give the questions and the annotations file, or their folder",
    recognise=recognise,
    read=read,
    example={
        "questions.json": """{"data_type": "mscoco", "data_subtype": "train2014",
 "questions": [{"image_id": 9, "question": "What is on the sofa?", "question_id": 9001}]}""",
        "answers.json": """{"data_type": "mscoco", "data_subtype": "train2014",
 "annotations": [{"image_id": 9, "question_id": 9001, "question_type": "what is", "multiple_choice_answer": "dog",
   "answers": [{"answer": "dog", "answer_confidence": "yes", "answer_id": 1},
               {"answer": "dog", "answer_confidence": "yes", "answer_id": 2},
               {"answer": "a puppy", "answer_confidence": "maybe", "answer_id": 3}]}]}""",
    },
    files="together",
)
