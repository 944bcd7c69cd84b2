"""Rules written anew with NumPy in float64, where Keras's own numbers are rounded to float32."""

import numpy as np

import geartrain as keras
from geartrain import Variable, optimizers
from tests.optimizers import cases

EXACT = {"rtol": 1e-12, "atol": 1e-14}


def steps(optimizer, start, slopes):
    """The values of a variable in float64 after each step."""
    with cases.floats_of(keras, "float64"):
        variable = Variable(start, dtype="float64", name="kernel")
        made = optimizer()
        for slope in slopes:
            made.apply([slope], [variable])
            yield variable.numpy()


def matrices(*shape):
    draw = np.random.default_rng(4)
    return draw.standard_normal(shape), draw.standard_normal((5, *shape))


def root_mean_square(values):
    return np.sqrt(np.mean(values**2))


def test_adafactor_of_a_matrix():
    weight, slopes = matrices(4, 3)
    rows, columns = np.zeros(4), np.zeros(3)
    found = steps(lambda: optimizers.Adafactor(0.3), weight, slopes)
    for count, (slope, value) in enumerate(zip(slopes, found, strict=True), 1):
        kept, squares = 1 - count**-0.8, slope**2 + 1e-30
        rows = kept * rows + (1 - kept) * squares.mean(1)
        columns = kept * columns + (1 - kept) * squares.mean(0)
        change = slope / np.sqrt(np.outer(rows, columns) / rows.mean())
        change /= max(1.0, root_mean_square(change))
        rate = min(0.3, count**-0.5) * max(1e-3, root_mean_square(weight))
        weight = weight - rate * change
        np.testing.assert_allclose(value, weight, **EXACT)


def test_muon_of_tall_and_wide_matrices():
    for shape in ((5, 3), (3, 5)):
        weight, slopes = matrices(*shape)
        moving = np.zeros(shape)
        found = steps(lambda: optimizers.Muon(0.1, weight_decay=0.01), weight, slopes)
        for slope, value in zip(slopes, found, strict=True):
            moving = 0.95 * moving + slope
            step = slope + 0.95 * moving
            step = step / (np.linalg.norm(step) + 1e-7)
            for _ in range(5):
                outer = step @ step.T
                step = 3.4445 * step + (-4.775 * outer + 2.0315 * outer @ outer) @ step
            weight = weight - 0.1 * 0.01 * weight - 0.1 * 0.2 * np.sqrt(5) * step
            np.testing.assert_allclose(value, weight, **EXACT)
