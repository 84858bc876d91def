"""Rows as the documentation of trainers and sets shows them: each is recognised without a question, and read right."""

from __future__ import annotations

import copy
import random
from typing import Any

import orjson
import pytest

from curation.formats import registry
from curation.formats.conversation import Conversation, RejectedRowError

TEXT = {"type": "text", "text": "What is it?"}
ANSWER = {"role": "assistant", "content": "A dog."}
QA = ["user: What is it?", "assistant: A dog."]
MARKED = ["user: <image>What is it?", "assistant: A dog."]
PIXEL = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="


def asked(*parts: object, **beside: object) -> dict[str, Any]:
    """A row of one question in parts, and its answer."""
    return {"messages": [{"role": "user", "content": list(parts)}, ANSWER], **beside}


def plain(question: str = "<image>What is it?", **beside: object) -> dict[str, Any]:
    return {"messages": [{"role": "user", "content": question}, ANSWER], **beside}


def llava(question: str = "<image>\nWhat is it?", **beside: object) -> dict[str, Any]:
    return {"conversations": [{"from": "human", "value": question}, {"from": "gpt", "value": "A dog."}], **beside}


USER = {"role": "user", "content": "What is it?"}
SHAPES: list[tuple[str, dict[str, Any], str, list[str], list[str]]] = [
    # Argilla
    ("argilla chat, answer beside", {"fields": {"image": "a.jpg", "chat": [USER]}, "responses": {"answer": [
        {"value": "A dog.", "user_id": "u", "status": "submitted"}]}}, "argilla", QA, ["a.jpg"]),
    # TRL
    ("trl language modelling", {"messages": [USER, ANSWER]}, "openai", QA, []),
    ("trl prompt and completion", {"prompt": "What is it?", "completion": "A dog."}, "trl", QA, []),
    ("trl conversational prompt", {"prompt": [USER], "completion": [ANSWER]}, "trl", QA, []),
    ("trl preference", {"prompt": "What is it?", "chosen": "A dog.", "rejected": "A cat."}, "trl", QA, []),
    (
        "trl preference of messages",
        {"prompt": [USER], "chosen": [ANSWER], "rejected": [{"role": "assistant", "content": "A cat."}]},
        "trl", QA, [],
    ),
    (
        "trl preference, implicit prompt",
        {"chosen": [USER, ANSWER], "rejected": [USER, {"role": "assistant", "content": "A cat."}]},
        "trl", QA, [],
    ),
    ("trl unpaired", {"prompt": "What is it?", "completion": "A dog.", "label": False}, "trl", QA, []),
    (
        "trl vision",
        asked({"type": "image"}, TEXT, images=["a.jpg"]), "chat_template", MARKED, ["a.jpg"],
    ),
    (
        "trl vision preference",
        {"images": ["a.jpg"], "prompt": [{"role": "user", "content": [{"type": "image"}, TEXT]}],
         "chosen": [ANSWER], "rejected": [{"role": "assistant", "content": "A cat."}]},
        "trl", MARKED, ["a.jpg"],
    ),
    (
        "ultrafeedback",
        {"prompt": "What is it?", "chosen": [USER, ANSWER], "rejected": [USER, ANSWER], "score_chosen": 8.0},
        "trl", QA, [],
    ),
    # unsloth, transformers, axolotl
    ("unsloth", asked(TEXT, {"type": "image", "image": "a.jpg"}), "chat_template",
     ["user: What is it?<image>", "assistant: A dog."], ["a.jpg"]),
    ("axolotl url", asked({"type": "image", "url": "https://a.example/1.jpg"}, TEXT), "chat_template", MARKED,
     ["https://a.example/1.jpg"]),
    ("axolotl path", asked({"type": "image", "path": "a.jpg"}, TEXT), "chat_template", MARKED, ["a.jpg"]),
    ("axolotl video", asked({"type": "video", "path": "a.mp4"}, TEXT), "chat_template",
     ["user: <video>What is it?", "assistant: A dog."], ["video a.mp4"]),
    ("axolotl audio", asked({"type": "audio", "path": "a.wav"}, TEXT), "chat_template",
     ["user: <audio>What is it?", "assistant: A dog."], ["audio a.wav"]),
    ("idefics pairs of marks", asked({"type": "image"}, {"type": "image"}, TEXT, images=["a.jpg", "b.jpg"]),
     "chat_template", ["user: <image><image>What is it?", "assistant: A dog."], ["a.jpg", "b.jpg"]),
    ("index into images", asked({"type": "image", "index": 1, "text": None}, TEXT,
                                {"type": "image", "index": 0, "text": None}, images=["a.jpg", "b.jpg"]),
     "chat_template", ["user: <image>What is it?<image>", "assistant: A dog."], ["b.jpg", "a.jpg"]),
    # OpenAI
    ("openai vision", asked(TEXT, {"type": "image_url", "image_url": {"url": "https://a.example/1.jpg"}}), "openai",
     ["user: What is it?<image>", "assistant: A dog."], ["https://a.example/1.jpg"]),
    ("openai responses", asked({"type": "input_text", "text": "What is it?"},
                               {"type": "input_image", "image_url": "https://a.example/1.jpg"}), "openai",
     ["user: What is it?<image>", "assistant: A dog."], ["https://a.example/1.jpg"]),
    (
        "openai tools",
        {"messages": [USER, {"role": "assistant", "content": None, "tool_calls": [
            {"id": "1", "type": "function", "function": {"name": "look", "arguments": "{}"}}]},
            {"role": "tool", "tool_call_id": "1", "content": "a dog"}, ANSWER], "tools": [{"type": "function"}]},
        "openai", ["user: What is it?", 'call: {"name":"look","arguments":{}}', "tool: a dog", "assistant: A dog."], [],
    ),
    ("openai preference", {"input": {"messages": [USER]}, "preferred_output": [ANSWER],
                           "non_preferred_output": [{"role": "assistant", "content": "A cat."}]}, "openai", QA, []),
    ("text parts beside pictures", {"messages": [{"role": "user", "content": [TEXT]}, ANSWER], "images": ["a.jpg"]},
     "chat_template", QA, ["a.jpg"]),
    # ms-swift
    ("swift", plain(images=["a.jpg"]), "swift", MARKED, ["a.jpg"]),
    ("swift rejected", plain(images=["a.jpg"], rejected_response="A cat."), "swift", MARKED, ["a.jpg"]),
    ("swift video", plain("<video>What is it?", videos=["a.mp4"]), "swift",
     ["user: <video>What is it?", "assistant: A dog."], ["video a.mp4"]),
    ("swift frames", plain("<video>What is it?", videos=[["1.jpg", "2.jpg"]]), "swift",
     ["user: <video>What is it?", "assistant: A dog."], ['video ["1.jpg","2.jpg"]']),
    ("swift query", {"query": "What is it?", "response": "A dog.", "images": [""]}, "alpaca", QA, []),
    ("swift history", {"query": "What is it?", "response": "A dog.", "system": "Be brief.",
                       "history": [["Hello", "Hello!"]]}, "alpaca", ["user: Hello", "assistant: Hello!", *QA], []),
    ("swift tools", {"tools": "[]", "messages": [USER, {"role": "tool_call", "content": "{}"},
                                                 {"role": "tool_response", "content": "a dog"}, ANSWER]}, "openai",
     ["user: What is it?", "call: {}", "tool: a dog", "assistant: A dog."], []),
    ("swift rejected messages", {"messages": [USER, ANSWER],
                                 "rejected_messages": [USER, {"role": "assistant", "content": "A cat."}]}, "openai",
     QA, []),
    # LLaMA-Factory
    ("alpaca", {"instruction": "What is it?", "input": "Look.", "output": "A dog."}, "alpaca",
     ["user: What is it?\nLook.", "assistant: A dog."], []),
    ("alpaca preference", {"instruction": "What is it?", "input": "", "chosen": "A dog.", "rejected": "A cat."},
     "alpaca", QA, []),
    ("sharegpt tools", {"conversations": [
        {"from": "human", "value": "What is it?"}, {"from": "function_call", "value": "{}"},
        {"from": "observation", "value": "a dog"}, {"from": "gpt", "value": "A dog."}], "tools": "[]"}, "llava",
     ["user: What is it?", "call: {}", "tool: a dog", "assistant: A dog."], []),
    ("sharegpt preference", {"conversations": [{"from": "human", "value": "What is it?"}],
                             "chosen": {"from": "gpt", "value": "A dog."},
                             "rejected": {"from": "gpt", "value": "A cat."}},
     "llava", QA, []),
    # LLaVA, InternVL, Qwen-VL, MiniCPM-V
    ("llava", llava(id="1", image="a.jpg"), "llava", ["user: <image>\nWhat is it?", "assistant: A dog."], ["a.jpg"]),
    ("internvl numbered", llava("Image-1: <image>\nImage-2: <image>\nWhat is it?", image=["a.jpg", "b.jpg"],
                                width_list=[1, 1], height_list=[1, 1]), "internvl",
     ["user: Image-1: <image>\nImage-2: <image>\nWhat is it?", "assistant: A dog."], ["a.jpg", "b.jpg"]),
    ("qwen-vl", {"id": "1", "conversations": [{"from": "user", "value": "Picture 1: <img>a.jpg</img>\nWhat is it?"},
                                              {"from": "assistant", "value": "A dog."}]}, "qwen_vl",
     ["user: Picture 1: <img>a.jpg</img>\nWhat is it?", "assistant: A dog."], ["a.jpg"]),
    ("qwen2-vl messages", asked({"type": "image", "image": "file:///a.jpg", "min_pixels": 50176}, TEXT),
     "chat_template", MARKED, ["file:///a.jpg"]),
    ("qwen2-vl frames", asked({"type": "video", "video": ["1.jpg", "2.jpg"], "fps": 2.0}, TEXT), "chat_template",
     ["user: <video>What is it?", "assistant: A dog."], ['video ["1.jpg","2.jpg"]']),
    ("qwen vision tokens", plain("<|vision_start|><|image_pad|><|vision_end|>What is it?", images=["a.jpg"]), "swift",
     ["user: <|vision_start|><|image_pad|><|vision_end|>What is it?", "assistant: A dog."], ["a.jpg"]),
    ("minicpm-v", {"id": "0", "image": "a.jpg", "conversations": [{"role": "user", "content": "<image>What is it?"},
                                                                 ANSWER]}, "dialogue", MARKED, ["a.jpg"]),
    ("minicpm-v several", {"id": "0", "image": {"<image_00>": "a.jpg", "<image_01>": "b.jpg"}, "conversations": [
        {"role": "user", "content": "<image_00> and <image_01>?"}, ANSWER]}, "dialogue",
     ["user: <image_00> and <image_01>?", "assistant: A dog."], ["a.jpg", "b.jpg"]),
    # The Cauldron, FineVision, ScienceQA, DocVQA
    ("cauldron", {"images": ["a.jpg"], "texts": [{"user": "What is it?", "assistant": "A dog.", "source": "x"}]},
     "qa_pairs", QA, ["a.jpg"]),
    ("finevision", {"images": [{"bytes": None, "path": "a.jpg"}], "texts": [{"user": "What is it?",
                                                                            "assistant": "A dog."}],
                    "relevance_ratings": [5], "source": "x"}, "qa_pairs", QA, ["a.jpg"]),
    ("scienceqa", {"image": "a.jpg", "question": "What is it?", "choices": ["A cat.", "A dog."], "answer": 1,
                   "hint": "Look.", "lecture": ""}, "multiple_choice",
     ["user: Look.\nWhat is it?\nA cat.\nA dog.", "assistant: A dog."], ["a.jpg"]),
    ("mmmu", {"question": "What is it?", "options": "['A cat.', 'A dog.']", "answer": "B", "image_1": "a.jpg",
              "image_2": None}, "multiple_choice", ["user: What is it?\nA cat.\nA dog.", "assistant: A dog."],
     ["a.jpg"]),
    ("docvqa", {"questionId": "1", "question": "What is it?", "image": "a.jpg", "answers": ["A dog.", "dog"]},
     "columns", QA, ["a.jpg"]),
    ("docvqa in languages", {"query": {"en": "What is it?"}, "image": "a.jpg", "answers": ["A dog."]}, "columns", QA,
     ["a.jpg"]),
    ("vqav2", {"question": "What is it?", "image": "a.jpg", "answers": [{"answer": "A dog.", "answer_id": 1}]},
     "columns", QA, ["a.jpg"]),
    ("capitals of alpaca", {"Instruction": "What is it?", "Input": "Look.", "Output": "A dog."}, "alpaca",
     ["user: What is it?\nLook.", "assistant: A dog."], []),
    ("input and output", {"input": "What is it?", "output": "A dog."}, "columns", QA, []),
    ("llava-video frames", {"video": ["1.jpg", "2.jpg"], **llava("<video>What is it?")}, "llava",
     ["user: <video>What is it?", "assistant: A dog."], ['video ["1.jpg","2.jpg"]']),
    ("capitals", {"Image": "a.jpg", "Question": "What is it?", "Answer": "A dog."}, "columns", QA, ["a.jpg"]),
    ("pairs", {"image": "a.jpg", "qa_pairs": [["What is it?", "A dog."]]}, "qa_pairs", QA, ["a.jpg"]),
    ("parallel lists", {"image": "a.jpg", "questions": ["What is it?"], "answers": ["A dog."]}, "qa_pairs", QA,
     ["a.jpg"]),
    ("vision preference", {"image": "a.jpg", "question": "What is it?", "chosen": "A dog.", "rejected": "A cat."},
     "columns", QA, ["a.jpg"]),
    ("text only pairs", {"question": "What is it?", "answer": "A dog."}, "columns", QA, []),
    # Sets of questions and answers under names of their own
    ("chartqa", {"imgname": "a.jpg", "query": "What is it?", "label": "A dog."}, "columns", QA, ["a.jpg"]),
    ("infographicvqa", {"questionId": 1, "question": "What is it?", "image_local_name": "a.jpg", "answers": ["A dog."],
                        "image_url": "https://a.example/1.jpg"}, "columns", QA, ["a.jpg"]),
    ("slake", {"img_id": 1, "img_name": "a.jpg", "question": "What is it?", "answer": "A dog."}, "columns", QA,
     ["a.jpg"]),
    ("gqa", {"imageId": "2353", "question": "What is it?", "answer": "A dog.", "fullAnswer": "It is a dog."}, "columns",
     QA, ["2353.jpg"]),
    ("aokvqa", {"image_id": 9, "question_id": "x", "question": "What is it?", "choices": ["A cat.", "A dog."],
                "correct_choice_idx": 1, "direct_answers": ["dog"], "rationales": ["It barks."]}, "multiple_choice",
     ["user: What is it?\nA cat.\nA dog.", "assistant: A dog."], ["000000000009.jpg"]),
    ("visual genome", {"id": 2353, "qas": [{"image_id": 2353, "qa_id": 1, "question": "What is it?",
                                            "answer": "A dog."}]}, "qa_pairs", QA, ["2353.jpg"]),
    ("phi-3.5-vision", {"id": "1", "conversations": [{"images": ["a.jpg"], "user": "What is it?",
                                                      "assistant": "A dog."}]}, "qa_pairs", QA, ["a.jpg"]),
    ("pixmo-docs", {"image": "a.jpg", "questions": {"question": ["What is it?"], "answer": ["A dog."]}}, "qa_pairs", QA,
     ["a.jpg"]),
    ("cauldron as datasets writes it", {"images": ["a.jpg"], "texts": {"user": ["What is it?"],
                                                                       "assistant": ["A dog."]}}, "qa_pairs", QA,
     ["a.jpg"]),
    ("pope", {"question_id": 1, "image": "a.jpg", "text": "What is it?", "label": "A dog."}, "columns", QA, ["a.jpg"]),
    ("answers of llava", {"question_id": 1, "prompt": "What is it?", "text": "A dog.", "answer_id": "x",
                          "model_id": "llava"}, "columns", QA, []),
    ("paligemma", {"image": "a.jpg", "prefix": "What is it?", "suffix": "A dog."}, "columns", QA, ["a.jpg"]),
    # Reinforcement learning: the right answer stands beside the question
    ("verl", {"data_source": "x", "prompt": [USER], "images": ["a.jpg"], "ability": "math",
              "reward_model": {"style": "rule", "ground_truth": "A dog."}, "extra_info": {"index": 0}}, "trl", QA,
     ["a.jpg"]),
    ("easyr1", {"images": ["a.jpg"], "problem": "What is it?", "answer": "A dog."}, "columns", QA, ["a.jpg"]),
    ("open-r1-multimodal", {"image": "a.jpg", "problem": "What is it?", "solution": "A dog."}, "columns", QA,
     ["a.jpg"]),
    ("swift grpo", {"messages": [USER], "images": ["a.jpg"], "solution": "A dog."}, "swift", QA, ["a.jpg"]),
    ("mm-eureka", {"id": "0", "conversations": [{"role": "user", "content": [{"type": "image", "image": "a.jpg"}, TEXT]}
                                                ], "answer": "A dog."}, "dialogue", MARKED, ["a.jpg"]),
    ("preference of povid", llava(image="a.jpg", rejected_conversations=[{"from": "gpt", "value": "A cat."}]), "llava",
     ["user: <image>\nWhat is it?", "assistant: A dog."], ["a.jpg"]),
    # Conversations as one text
    ("chatml", {"text": "<|im_start|>system\nBe brief.<|im_end|>\n<|im_start|>user\nWhat is it?<|im_end|>\n"
                        "<|im_start|>assistant\nA dog.<|im_end|>\n"}, "chat_text", ["system: Be brief.", *QA], []),
    ("chatml with a picture", {"text": "<|im_start|>user\n<image>What is it?<|im_end|>\n<|im_start|>assistant\nA dog."
                                       "<|im_end|>", "image": "a.jpg"}, "chat_text", MARKED, ["a.jpg"]),
    ("llama 3", {"text": "<|begin_of_text|><|start_header_id|>user<|end_header_id|>\n\nWhat is it?<|eot_id|>"
                         "<|start_header_id|>assistant<|end_header_id|>\n\nA dog.<|eot_id|>"}, "chat_text", QA, []),
    ("llama 2", {"text": "<s>[INST] What is it? [/INST] A dog. </s><s>[INST] Where? [/INST] There. </s>"}, "chat_text",
     [*QA, "user: Where?", "assistant: There."], []),
    ("gemma", {"text": "<bos><start_of_turn>user\nWhat is it?<end_of_turn>\n<start_of_turn>model\nA dog."},
     "chat_text", QA, []),
    ("phi and zephyr", {"text": "<|user|>\nWhat is it?</s>\n<|assistant|>\nA dog.</s>"}, "chat_text", QA, []),
    ("deepseek", {"text": "<\uff5cUser\uff5c>What is it?<\uff5cAssistant\uff5c>A dog.</s>"},
     "chat_text", QA, []),
    ("guanaco", {"text": "### Human: What is it?### Assistant: A dog."}, "chat_text", QA, []),
    ("vicuna", {"text": "Be brief. USER: What is it? ASSISTANT: A dog.</s>"}, "chat_text", ["system: Be brief.", *QA],
     []),
    ("hh-rlhf", {"chosen": "\n\nHuman: What is it?\n\nAssistant: A dog.",
                 "rejected": "\n\nHuman: What is it?\n\nAssistant: A cat."}, "chat_text", QA, []),
    ("alpaca with its text put together", {"instruction": "What is it?", "input": "", "output": "A dog.",
                                           "text": "### Instruction:\nWhat is it?\n\n### Response:\nA dog."},
     "alpaca", QA, []),
    ("a prompt in a template", {"prompt": "<|im_start|>user\nHi<|im_end|>\n<|im_start|>assistant\n",
                                "completion": "A dog."}, "trl",
     ["user: <|im_start|>user\nHi<|im_end|>\n<|im_start|>assistant\n", "assistant: A dog."], []),
    # DeepSeek-VL, Janus
    ("deepseek-vl", {"conversations": [
        {"role": "<|User|>", "content": "<image_placeholder>What is it?", "images": ["a.jpg"]},
        {"role": "<|Assistant|>", "content": "A dog."}]}, "dialogue",
     ["user: <image_placeholder>What is it?", "assistant: A dog."], ["a.jpg"]),
    # Gemini, Anthropic
    ("gemini", {"contents": [{"role": "user", "parts": [{"fileData": {"mimeType": "image/jpeg", "fileUri": "a.jpg"}},
                                                        {"text": "What is it?"}]},
                             {"role": "model", "parts": [{"text": "A dog."}]}]}, "gemini", MARKED, ["a.jpg"]),
    ("gemini inline", {"contents": [{"role": "user", "parts": [{"inline_data": {"mime_type": "image/png",
                                                                                "data": PIXEL}},
                                                               {"text": "What is it?"}]},
                                    {"role": "model", "parts": [{"text": "A dog."}]}]}, "gemini", MARKED,
     [f"data:image/png;base64,{PIXEL}"]),
    ("anthropic", asked({"type": "image", "source": {"type": "base64", "media_type": "image/png", "data": PIXEL}}, TEXT,
                        system="Be brief."), "anthropic", MARKED, [f"data:image/png;base64,{PIXEL}"]),
    ("anthropic url", asked({"type": "image", "source": {"type": "url", "url": "https://a.example/1.jpg"}}, TEXT),
     "anthropic", MARKED, ["https://a.example/1.jpg"]),
    # Tools of annotators, tables
    ("label studio", {"id": 1, "data": {"image": "/data/local-files/?d=x/a.jpg", "question": "What is it?"},
                      "annotations": [{"result": [{"type": "textarea", "value": {"text": ["A dog."]}}]}]},
     "label_studio", QA, ["x/a.jpg"]),
    ("label studio minimal", {"image": "a.jpg", "question": "What is it?", "answer": "A dog.", "id": 1, "annotator": 1},
     "columns", QA, ["a.jpg"]),
    ("argilla", {"id": "1", "fields": {"image": "a.jpg", "prompt": "What is it?"}, "metadata": {},
                 "responses": {"text": [{"value": "A dog.", "user_id": "1"}]}}, "argilla", QA, ["a.jpg"]),
    ("argilla of its first version", {"fields": {"image": "a.jpg", "prompt": "What is it?"}, "responses": [
        {"values": {"text": {"value": "A dog."}}, "status": "submitted"}]}, "argilla", QA, ["a.jpg"]),
    ("fiftyone", {"filepath": "a.jpg", "tags": [], "metadata": None, "question": "What is it?",
                  "answer": {"_cls": "Classification", "label": "A dog."}}, "columns", QA, ["a.jpg"]),
    ("embedding atlas", {"__row_index__": 0, "image": "a.jpg", "question": "What is it?", "answer": "A dog.",
                         "projection_x": 0.1, "neighbors": {"ids": [1]}}, "columns", QA, ["a.jpg"]),
    ("lilac", {"__rowid__": "1", "question": "What is it?", "response": "A dog.", "question.pii": []}, "columns", QA,
     []),
    ("other names", {"image": "a.jpg", "dialog": [{"speaker": "USER", "utterance": "What is it?"},
                                                  {"speaker": "ASSISTANT", "utterance": "A dog."}]}, "dialogue", QA,
     ["a.jpg"]),
    ("json in a cell", {"image": "a.jpg", "conversations": orjson.dumps(llava()["conversations"]).decode()},
     "json_cells", ["user: <image>\nWhat is it?", "assistant: A dog."], ["a.jpg"]),
    ("python in a cell", {"image": "['a.jpg', 'b.jpg']", "messages": str([USER, ANSWER])}, "json_cells", QA,
     ["a.jpg", "b.jpg"]),
]  # fmt: skip
EVERY = pytest.mark.parametrize(
    ("row", "name", "texts", "media"), [shape[1:] for shape in SHAPES], ids=[shape[0] for shape in SHAPES]
)


def _texts(conversation: Conversation) -> list[str]:
    return [f"{role}: {text}" for role, text in conversation.messages]


def _media(conversation: Conversation) -> list[str]:
    videos = [f"video {name}" for name in conversation.videos]
    return [*conversation.images, *videos, *(f"audio {name}" for name in conversation.audios)]


@EVERY
def test_shape__is_recognised_and_read(row: dict[str, Any], name: str, texts: list[str], media: list[str]) -> None:
    row_format = registry.recognise([row], "lines")
    conversation = row_format.read(row)
    assert (row_format.name, _texts(conversation), _media(conversation)) == (name, texts, media)


@EVERY
def test_shape__as_a_json_list__is_read_the_same(
    row: dict[str, Any], name: str, texts: list[str], media: list[str]
) -> None:
    conversation = registry.recognise([row], "list").read(row)
    assert name
    assert (_texts(conversation), _media(conversation)) == (texts, media)


@EVERY
def test_shape__only_a_changed_answer_changes(
    row: dict[str, Any], name: str, texts: list[str], media: list[str]
) -> None:
    row_format, before = registry.formats()[name], copy.deepcopy(row)
    assert row_format.rewrite(row, {}) == row
    changed = row_format.read(row_format.rewrite(row, {len(texts) - 1: "New."}))
    assert (_texts(changed), _media(changed)) == ([*texts[:-1], "assistant: New."], media)
    assert row == before


@pytest.mark.parametrize(
    ("kind", "rejected", "desired"),
    [
        ("trl preference", "A cat.", None), ("trl preference of messages", "A cat.", None),
        ("trl preference, implicit prompt", "A cat.", None), ("trl vision preference", "A cat.", None),
        ("trl unpaired", None, False), ("alpaca preference", "A cat.", None), ("swift rejected", "A cat.", None),
        ("openai preference", "A cat.", None), ("swift rejected messages", "A cat.", None),
        ("sharegpt preference", "A cat.", None), ("vision preference", "A cat.", None), ("openai vision", None, None),
    ],
)  # fmt: skip
def test_shape__preferences_and_labels_come_along(kind: str, rejected: str | None, desired: bool | None) -> None:
    row, name = next((row, name) for shape, row, name, *_ in SHAPES if shape == kind)
    conversation = registry.formats()[name].read(row)
    assert (conversation.rejected, conversation.desired) == (rejected, desired)


WRONG: list[Any] = [
    None, True, 3, 1.5, "", "x", "[", [], {}, [[]], [{}], {"a": 1}, [None], ["a"], [1, 2], {"role": "user"},
    {"type": []},
]  # fmt: skip


def _damaged(value: object, draw: random.Random) -> object:
    if draw.random() < 0.12:
        return draw.choice(WRONG)
    if isinstance(value, dict):
        return {name: _damaged(member, draw) for name, member in value.items()}
    return [_damaged(member, draw) for member in value] if isinstance(value, list) else value


@pytest.mark.parametrize("seed", range(20))
def test_shapes__damaged_rows__are_read_or_refused_by_name_in_every_format(seed: int) -> None:
    draw = random.Random(seed)
    for _, row, *_ in SHAPES:
        damaged: Any = _damaged(row, draw)
        for row_format in registry.formats().values():
            row_format.recognise(damaged)
            try:
                messages = row_format.read(damaged).messages
            except RejectedRowError:
                continue
            assert row_format.rewrite(damaged, {}) == damaged
            for position in range(len(messages)):
                assert row_format.rewrite(damaged, {position: "New."}) is not damaged
                row_format.rewrite(damaged, {position: None})
