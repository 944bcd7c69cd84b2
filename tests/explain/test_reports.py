"""Reports: kernels of a step, pictures, curves."""

import numpy as np
import pytest

from geartrain import explain, layers, models
from geartrain.explain.curves import draw_curves, save_curves
from geartrain.explain.pictures import draw_image


def test_kernels_of_a_training_step_are_listed_and_weights_stay():
    model = models.Sequential(
        [layers.Dense(16, activation="relu", input_shape=(8,)), layers.Dense(2)]
    )
    model.compile(loss="mse")
    before = model.get_weights()
    rows = explain.kernels(model, batch_size=4)
    contractions = [row for row in rows if row["kind"] == "contraction"]
    # forward twice, weight gradients twice, and the gradient by the hidden layer
    assert sorted(row["flops"] for row in contractions) == sorted(
        [2 * 4 * 8 * 16] * 2 + [2 * 4 * 16 * 2] * 3
    )
    assert all(row["seconds"] > 0 and row["bytes"] > 0 for row in rows)
    for one, other in zip(before, model.get_weights(), strict=True):
        np.testing.assert_array_equal(one, other)
    assert "contractions together" in explain.kernel_table(model, batch_size=4)


def test_pictures():
    assert draw_image(np.eye(4), unicode=False) == ["++  ", "  ++"]
    assert draw_image(np.ones((3, 2))) == ["██", "▒▒"]
    with pytest.raises(ValueError, match="height, width"):
        draw_image(np.zeros(3))


def test_curves(tmp_path):
    text = draw_curves({"loss": [1.0, 0.5, 0.25], "accuracy": [0.5, 0.6, 0.9]})
    assert text.count("<polyline") == 2
    with pytest.raises(ValueError, match=r"SVG or PNG(.|\n)*--plot x.svg"):
        save_curves({"loss": [1.0]}, tmp_path / "x.gif")
