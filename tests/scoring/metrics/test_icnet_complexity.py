from __future__ import annotations

from pathlib import Path

import pytest
import torch

from scoring.image import icnet
from scoring.item import Image
from scoring.metric import Batch, Unavailable
from scoring.metrics import icnet_complexity

PUBLISHED = """
b1_1.0.weight b1_1.1.running_mean b1_1.4.0.conv1.weight b1_1_slam.linear.0.weight b1_2.0.downsample.0.weight
b1_2_slam.linear.2.bias b2_1.0.weight b2_2.1.bn2.weight b2_3.0.conv2.weight b2_3_slam.linear.0.weight
b2_4.1.conv2.weight b2_4_slam.linear.0.weight up1.conv.weight up1.conv.bias up1.bn.running_var up2.conv.weight
to_map_f.conv.weight to_map_f.bn.bias to_map_f_slam.linear.2.weight to_map.to_map.0.weight to_score_f.conv.bias
to_score_f_slam.linear.0.weight head.0.weight head.2.bias
""".split()


@pytest.fixture(scope="module")
def checkpoint(tmp_path_factory) -> str:
    torch.manual_seed(0)
    path = tmp_path_factory.mktemp("icnet") / "ck.pth"
    torch.save(icnet.ICNet().state_dict(), path)
    return str(path)


def _score(paths: list[Path], checkpoint: str, **params):
    model = icnet_complexity.load({**icnet_complexity.METRIC.params, "weights": checkpoint, **params})
    items = [Image(number, str(path), 1, 1) for number, path in enumerate(paths)]
    return [result.value for result in icnet_complexity.score(Batch(items), model)]


def test_icnet__keys_and_shapes_are_the_published_ones() -> None:
    state = icnet.ICNet().state_dict()
    assert set(PUBLISHED) <= set(state)
    assert {name.split(".")[0] for name in state} == {name.split(".")[0] for name in PUBLISHED} | {
        "b2_1_slam",
        "b2_2_slam",
    }
    shapes = {"b2_4_slam.linear.0.weight": (512, 64), "up2.conv.weight": (256, 512, 1, 1)}
    assert {name: tuple(state[name].shape) for name in shapes} == shapes


def test_icnet_complexity__one_value_per_picture_whatever_the_batch(checkpoint, save, scene) -> None:
    paths = [save(scene, "a.png"), save(scene.rotate(90, expand=True).convert("L"), "b.png"), save(scene, "c.jpg")]
    values = _score(paths, checkpoint, batch=2)
    assert all(0 <= value <= 100 for value in values)
    assert values == pytest.approx(_score(paths, checkpoint, batch=1), abs=1e-3)


def test_icnet_complexity__without_weights_names_the_file_to_get() -> None:
    with pytest.raises(Unavailable, match=r"download ck\.pth"):
        icnet_complexity.load(icnet_complexity.METRIC.params)


def test_icnet_complexity__weights_of_another_network_are_unavailable(tmp_path) -> None:
    torch.save({"weight": torch.zeros(3)}, tmp_path / "ck.pth")
    with pytest.raises(Unavailable, match="could not be loaded: Error"):
        icnet_complexity.load({"weights": str(tmp_path / "ck.pth")})


def test_icnet_complexity__a_pickle_is_refused(tmp_path) -> None:
    torch.save({"state_dict": Path}, tmp_path / "ck.pth")
    with pytest.raises(Unavailable, match="more than tensors"):
        icnet_complexity.load({"weights": str(tmp_path / "ck.pth")})
