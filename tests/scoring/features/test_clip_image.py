from __future__ import annotations

import json
import shutil
from pathlib import Path

import numpy as np
import PIL.Image
import pytest

from scoring.features import clip_image
from scoring.item import Image
from scoring.metric import Unavailable
from scoring.models import clip, clip_settings


def _pictures(folder: Path) -> list[Image]:
    rng = np.random.default_rng(0)
    items = []
    for number, shape in enumerate([(40, 60, 3), (90, 30, 3), (32, 32, 3)]):
        path = folder / f"{number}.png"
        PIL.Image.fromarray(rng.integers(0, 256, shape, dtype=np.uint8)).save(path)
        items.append(Image(number, str(path), shape[1], shape[0]))
    return items


def test_clip_image__unit_vectors_in_order(tiny_clip, tmp_path) -> None:
    items = _pictures(tmp_path)
    model = clip_image.load({**clip_image.FEATURE.params, **tiny_clip})
    vectors = clip_image.compute(items, model)
    assert [vector.shape for vector in vectors] == [(16,)] * 3
    assert all(vector.dtype == np.float32 for vector in vectors)
    assert np.linalg.norm(vectors, axis=1) == pytest.approx([1, 1, 1])
    alone = clip_image.compute(items[2:], model)[0]
    assert alone == pytest.approx(vectors[2], abs=1e-5)
    assert not np.allclose(vectors[0], vectors[1], atol=1e-3)


def test_clip_image__batches_do_not_change_the_vectors(tiny_clip, tmp_path) -> None:
    items = _pictures(tmp_path)
    one = clip_image.compute(items, clip.load({**tiny_clip, "batch": 1}))
    many = clip_image.compute(items, clip.load({**tiny_clip, "batch": 8}))
    assert np.array(one) == pytest.approx(np.array(many), abs=1e-5)


def test_clip_image__no_items_no_vectors(tiny_clip) -> None:
    assert clip_image.compute([], clip_image.load(tiny_clip)) == []


def test_clip_image__broken_picture_raises(tiny_clip, tmp_path) -> None:
    (tmp_path / "broken.png").write_bytes(b"no picture")
    with pytest.raises(OSError, match="it is no picture of a known kind"):
        clip_image.compute([Image(1, str(tmp_path / "broken.png"), 1, 1)], clip_image.load(tiny_clip))


def test_clip_image__without_weights_is_unavailable(monkeypatch) -> None:
    monkeypatch.setenv("HF_HUB_OFFLINE", "1")
    monkeypatch.setenv("HF_HUB_CACHE", "/nowhere")
    with pytest.raises(Unavailable, match=r"The CLIP model ViT-L-14 \(openai\) is not on this machine and .*\.$"):
        clip_image.load({"model": "ViT-L-14", "pretrained": "openai"})


@pytest.mark.parametrize(
    ("params", "message"),
    [
        ({"model": "no-such-model", "pretrained": "/no/such.pt"}, "no such checkpoint file"),
        ({"pretrained": ""}, "has no weights"),
        ({"device": "cuda:99"}, 'device "cuda:99" is not available'),
    ],
)
def test_clip_image__wrong_params_are_unavailable_with_the_reason(params, message) -> None:
    with pytest.raises(Unavailable, match=message):
        clip_image.load({**clip_image.FEATURE.params, **params})


def test_clip_image__checkpoint_that_needs_unpickling_is_refused(tiny_clip, tmp_path) -> None:
    import torch

    torch.save({"state_dict": pytest.Item}, tmp_path / "evil.pt")
    with pytest.raises(Unavailable, match="could not be loaded"):
        clip_image.load({**tiny_clip, "pretrained": str(tmp_path / "evil.pt")})


def test_checkpoint__its_tag_says_activation_and_pixels(tmp_path) -> None:
    file = tmp_path / "weights.pt"
    assert clip_settings.of_checkpoint("ViT-B-32", file, "openai", "").force_quick_gelu
    assert not clip_settings.of_checkpoint("ViT-B-32", file, "laion2b_s34b_b79k", "").force_quick_gelu
    siglip = clip_settings.of_checkpoint("ViT-B-16-SigLIP", file, "webli", "")
    assert (siglip.image_mean, siglip.image_std, siglip.image_resize_mode) == ((0.5,) * 3, (0.5,) * 3, "squash")


@pytest.mark.parametrize(
    ("tag", "message"),
    [
        ("", r"weights.pt does not say which activation .* set `tag` to .*openai.*open_clip_config.json"),
        ("webli", "has no published weights 'webli'; set `tag` to one of: openai"),
    ],
)
def test_checkpoint__that_says_nothing_is_refused(tmp_path, tag, message) -> None:
    (tmp_path / "weights.pt").write_bytes(b"")
    with pytest.raises(Unavailable, match=message):
        clip.load({"model": "ViT-B-32", "pretrained": str(tmp_path / "weights.pt"), "tag": tag, "device": "cpu"})


def test_checkpoint__the_configuration_beside_it_counts(tiny_clip, tmp_path, photo) -> None:
    shutil.copy(tiny_clip["pretrained"], tmp_path / "tiny.pt")
    preprocess = {"mean": [0.5, 0.5, 0.5], "std": [0.5, 0.5, 0.5]}
    own = {"model_cfg": {"quick_gelu": True}, "preprocess_cfg": preprocess}
    (tmp_path / "open_clip_config.json").write_text(json.dumps(own))
    picture = [str(photo("a.png", seed=1))]
    before = clip.load(tiny_clip)
    after = clip.load({**tiny_clip, "pretrained": str(tmp_path / "tiny.pt")})
    assert np.abs(before.images(picture) - after.images(picture)).max() > 1e-4
    assert np.abs(before.texts(["a dog"]) - after.texts(["a dog"])).max() > 1e-5  # by the activation alone


@pytest.fixture
def hub_cache(tiny_clip, tmp_path, monkeypatch) -> Path:
    """The folder of a hub repository in the cache that holds a configuration, but no weights."""
    from tiny_models import TINY_CLIP

    snapshot = tmp_path / "models--winnow--tiny" / "snapshots" / "abc"
    snapshot.mkdir(parents=True)
    reference = tmp_path / "models--winnow--tiny" / "refs" / "main"
    reference.parent.mkdir()
    reference.write_text("abc")
    config = {"model_cfg": {**TINY_CLIP, "embed_dim": 16}, "preprocess_cfg": {}}
    (snapshot / "open_clip_config.json").write_text(json.dumps(config))
    monkeypatch.setattr("huggingface_hub.constants.HF_HUB_CACHE", str(tmp_path))
    return snapshot


def test_clip_image__a_hub_model_in_the_cache_needs_no_network(tiny_clip, hub_cache, monkeypatch) -> None:
    from safetensors.torch import save_file
    from torch import load

    save_file(load(tiny_clip["pretrained"]), hub_cache / "open_clip_model.safetensors")
    monkeypatch.setattr("scoring.weights.reachable", lambda _url: pytest.fail("asked the network"))
    cached = clip.load({"model": "hf-hub:winnow/tiny", "pretrained": "", "device": "cpu"})
    assert cached.texts(["a dog"]) == pytest.approx(clip.load(tiny_clip).texts(["a dog"]), abs=1e-5)


@pytest.mark.usefixtures("hub_cache")
def test_clip_image__a_configuration_without_weights_is_unavailable(monkeypatch) -> None:
    monkeypatch.setattr("scoring.weights.reachable", lambda _url: False)
    with pytest.raises(Unavailable, match="is not on this machine"):
        clip.load({"model": "hf-hub:winnow/tiny", "pretrained": "", "device": "cpu", "batch": 3})
