from __future__ import annotations

import math

import pytest

from scoring.item import Sample, Turn, TurnItem
from scoring.metric import Batch, Unavailable
from scoring.metrics import perplexity


def _item(response: str, instruction: str = "What is it?") -> TurnItem:
    turn = Turn(turn_no=1, index=0, instruction=instruction, response=response)
    return TurnItem(Sample(sample_no=1, turns=(turn,), images=()), turn)


def _values(responses, folder, instruction="What is it?", **params):
    model = perplexity.load({**perplexity.METRIC.params, "model": folder, **params})
    results = perplexity.score(Batch([_item(response, instruction) for response in responses]), model)
    return [result.value for result in results]


def _by_hand(text: str, folder: str, before: str = "") -> float:
    """One text at a time, without padding or windows."""
    import torch
    from transformers import AutoModelForCausalLM, AutoTokenizer

    tokenizer, net = AutoTokenizer.from_pretrained(folder), AutoModelForCausalLM.from_pretrained(folder).eval()
    head = [tokenizer.bos_token_id, *tokenizer(before)["input_ids"]]
    ids = torch.tensor([[*head, *tokenizer(text)["input_ids"]]])
    with torch.inference_mode():
        logs = net(ids).logits.log_softmax(-1)[0]
    return sum(float(logs[place - 1, ids[0, place]]) for place in range(len(head), ids.shape[1])) / (
        ids.shape[1] - len(head)
    )


def test_perplexity__is_the_mean_log_probability_whatever_shares_the_batch(tiny_gpt) -> None:
    texts = ["A dog.", "Two cats sit on a mat.", "x"]
    expected = [_by_hand(text, tiny_gpt) for text in texts]
    assert _values(texts, tiny_gpt) == pytest.approx(expected, abs=1e-4)
    assert max(expected) < 0
    assert len({round(value, 2) for value in expected}) == 3


def test_perplexity__conditional_on_the_instruction(tiny_gpt) -> None:
    (value,) = _values(["A dog."], tiny_gpt, conditional=True)
    assert value == pytest.approx(_by_hand("A dog.", tiny_gpt, before="What is it?\n"), abs=1e-4)


def test_perplexity__long_instruction_leaves_room_for_the_response(tiny_gpt) -> None:
    (value,) = _values(["A dog."], tiny_gpt, instruction="What is it? " * 50, conditional=True)
    assert value < 0


def test_perplexity__empty_response_is_none(tiny_gpt) -> None:
    assert [value is None for value in _values(["", "  ", "A dog."], tiny_gpt)] == [True, True, False]


def test_perplexity__every_token_of_a_long_text_counts_once(tiny_gpt) -> None:
    model = perplexity.load({"model": tiny_gpt}).language
    text = "The quick brown fox jumps over the lazy dog, and again."
    windows = model._windows(0, text, "")
    counted = [token for window in windows for token in window.tokens[window.first :]]
    assert counted == model._encode(text)
    assert all(len(window.tokens) <= 32 for window in windows)
    assert all(window.first >= 16 for window in windows[1:])
    (value,) = _values([text], tiny_gpt)
    assert math.isfinite(value)


def test_perplexity__small_batches_change_nothing(tiny_gpt) -> None:
    texts = ["A dog.", "Two cats sit on a mat near the door of the house.", "x"]
    assert _values(texts, tiny_gpt, batch_tokens=1) == pytest.approx(_values(texts, tiny_gpt), abs=1e-4)


def test_perplexity__without_weights_is_unavailable(monkeypatch, tmp_path) -> None:
    monkeypatch.setenv("HF_HUB_OFFLINE", "1")
    with pytest.raises(Unavailable, match=r"The language model .*none is not on this machine and .*\.$"):
        perplexity.load({"model": str(tmp_path / "none")})


def test_perplexity__checkpoint_without_the_models_head_is_unavailable(tiny_gpt, tmp_path) -> None:
    from transformers import AutoTokenizer, BertConfig, BertModel

    config = BertConfig(
        vocab_size=300, hidden_size=16, num_hidden_layers=1, num_attention_heads=2, intermediate_size=16
    )
    BertModel(config).save_pretrained(tmp_path)
    AutoTokenizer.from_pretrained(tiny_gpt).save_pretrained(tmp_path)
    with pytest.raises(Unavailable, match="not that of a whole causal language model"):
        perplexity.load({"model": str(tmp_path)})
