"""A small process that keeps a CLIP model's text side loaded and turns phrases into vectors.

`python -m scoring.phrases` reads JSON lines: first the model's parameters, then {"text": "..."} each. It answers
each line with one: {"ready": true}, {"vector": [...]} or {"error": "why"}, and ends when its input ends.
"""

from __future__ import annotations

import sys
from typing import IO

import orjson

from scoring.metric import Unavailable
from scoring.models import clip


def serve(questions: IO[bytes], answers: IO[bytes]) -> None:
    """Answers every line until there are no more.

    Args:
        questions: JSON lines, as the module says.
        answers: Gets one line each, flushed at once.
    """
    model: clip.Clip | None = None
    for line in questions:
        try:
            request = orjson.loads(line)
            if model is None:
                model = clip.load(request)
                reply: dict[str, bool | str | list[float]] = {"ready": True}
            else:
                reply = {"vector": model.texts([request["text"]])[0].tolist()}
        except Unavailable as error:
            reply = {"error": str(error)}
        except Exception as error:  # the process lives on for the next phrase; the page says why this one failed
            reply = {"error": f"{type(error).__name__}: {error}"}
        answers.write(orjson.dumps(reply) + b"\n")
        answers.flush()


if __name__ == "__main__":
    output = sys.stdout.buffer
    sys.stdout = sys.stderr  # libraries that print must not break the answers
    serve(sys.stdin.buffer, output)
