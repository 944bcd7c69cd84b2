"""Coordinates, affine and perspective transforms, and elastic ones, against hand-made oracles."""

import itertools

import numpy as np
import pytest

from geartrain import ops
from geartrain.autodiff import grad

image = ops.image
MODES = {
    "nearest": lambda i, n: min(max(i, 0), n - 1),
    "wrap": lambda i, n: i % n,
    "mirror": lambda i, n: [*range(n), *range(n - 2, 0, -1)][i % max(2 * n - 2, 1)],
    "reflect": lambda i, n: [*range(n), *reversed(range(n))][i % (2 * n)],
}


def element(x, place, mode, fill):
    if mode != "constant":
        return x[tuple(MODES[mode](i, n) for i, n in zip(place, x.shape, strict=True))]
    inside = all(0 <= i < n for i, n in zip(place, x.shape, strict=True))
    return x[tuple(place)] if inside else fill


def looked_up(x, point, order, mode, fill):
    """The value at one point, by hand."""
    if order == 0:
        place = [int(np.sign(p) * np.floor(abs(p) + 0.5)) for p in point]
        return element(x, place, mode, fill)
    below = [int(np.floor(p)) for p in point]
    total = 0.0
    for corner in itertools.product((0, 1), repeat=len(point)):
        weights = [
            (p - b if c else 1 - (p - b)) for p, b, c in zip(point, below, corner, strict=True)
        ]
        place = [b + c for b, c in zip(below, corner, strict=True)]
        total += np.prod(weights) * element(x, place, mode, fill)
    return total


@pytest.mark.parametrize("mode", ["constant", *MODES])
@pytest.mark.parametrize("order", [0, 1])
@pytest.mark.parametrize("shape", [(7,), (4, 5), (1, 3), (2, 3, 4)])
def test_values_between_places(mode, order, shape):
    rng = np.random.default_rng(0)
    x = rng.random(shape)
    points = np.concatenate(
        [rng.uniform(-9, 14, (len(shape), 20)), rng.integers(-18, 28, (len(shape), 20)) / 2], axis=1
    )
    expected = [looked_up(x, point, order, mode, 2.5) for point in points.T]
    found = image.map_coordinates(x, points, order, mode, 2.5).numpy()
    np.testing.assert_allclose(found, expected, atol=1e-12)


def test_values_between_integers_round_half_away_from_zero():
    found = image.map_coordinates(np.array([-5, 0, 5]), [[0.5, 1.5, 0.25, 2.5]], 1, fill_value=4.9)
    assert found.numpy().tolist() == [-3, 3, -4, 5]
    assert found.dtype.name == "int64"


def test_coordinates_have_gradients():
    x = np.random.default_rng(0).random((4, 5))
    points = np.array([[0.3, 1.6, 2.2], [3.4, 0.1, 1.7]])
    slope = grad(lambda p: ops.sum(image.map_coordinates(x, p, 1)))(ops.convert_to_tensor(points))
    step = 1e-6
    for axis, at in itertools.product(range(2), range(3)):
        moved = points.copy()
        moved[axis, at] += step
        rise = looked_up(x, moved[:, at], 1, "constant", 0)
        rise -= looked_up(x, points[:, at], 1, "constant", 0)
        np.testing.assert_allclose(slope.numpy()[axis, at], rise / step, rtol=1e-5)


@pytest.mark.parametrize("mode", ["constant", *MODES])
@pytest.mark.parametrize("interpolation", ["nearest", "bilinear"])
def test_affine_transforms_look_up_where_pixels_come_from(mode, interpolation):
    x = np.random.default_rng(0).random((2, 4, 5, 1))
    numbers = np.array([[0.9, 0.2, -1.3, 0.1, 1.2, 0.6, 0, 0], [1, 0, 2.3, 0.4, 0.7, -2.1, 0, 0]])
    found = image.affine_transform(x, numbers, interpolation, mode, 0.5).numpy()
    for number, row, column in np.ndindex(2, 4, 5):
        a0, a1, a2, b0, b1, b2, _, _ = numbers[number]
        point = (b0 * column + b1 * row + b2, a0 * column + a1 * row + a2)
        order = ["nearest", "bilinear"].index(interpolation)
        expected = looked_up(x[number, :, :, 0], point, order, mode, 0.5)
        np.testing.assert_allclose(found[number, row, column, 0], expected, atol=1e-12)


def test_one_transform_serves_all_images_and_has_a_gradient():
    x = np.random.default_rng(0).random((3, 4, 5, 2))
    numbers = np.array([1.13, 0.07, 0.31, 0.23, 0.913, 0.17, 0, 0])
    many = image.affine_transform(x, np.tile(numbers, (3, 1))).numpy()
    np.testing.assert_array_equal(image.affine_transform(x, numbers).numpy(), many)

    def energy(numbers):
        return ops.sum(ops.square(image.affine_transform(x, numbers)))

    slope = grad(energy)(ops.convert_to_tensor(numbers)).numpy()
    for place in range(6):
        step = 1e-6 * np.eye(8)[place]
        rise = float(energy(numbers + step)) - float(energy(numbers - step))
        np.testing.assert_allclose(slope[place], rise / 2e-6, rtol=1e-5)


CORNERS = np.array([[0.0, 0], [0, 7], [8, 0], [8, 7]])


def test_perspective_takes_start_points_to_end_points():
    """A ramp shows where each pixel comes from: at an end point there stands its start point."""
    rows, columns = np.mgrid[0:8, 0:9].astype("float64")
    ramp = np.stack([columns, rows], axis=-1)
    start = np.array([[1.0, 1], [1, 6], [7, 2], [6, 6]])
    end = np.array([[2.0, 1], [0, 7], [8, 0], [5, 5]])
    found = image.perspective_transform(ramp, start, end).numpy()
    for (x, y), expected in zip(end.astype(int), start, strict=True):
        np.testing.assert_allclose(found[y, x], expected, atol=1e-5)


def test_perspective_keeps_straight_lines_straight():
    rows, columns = np.mgrid[0:8, 0:9].astype("float64")
    ramp = np.stack([columns, rows, np.ones_like(rows)], axis=-1)
    end = np.add(CORNERS, [[0.4, 0.3], [0.9, -1.1], [-0.7, 0.2], [0.1, -0.6]])
    found = image.perspective_transform(ramp, CORNERS, end).numpy()
    inside = found[..., 2] > 0.999999
    for row in range(8):
        x, y = found[row, inside[row], :2].T
        if len(x) > 2:
            turn = np.diff(x)[1:] * np.diff(y)[:-1] - np.diff(x)[:-1] * np.diff(y)[1:]
            np.testing.assert_allclose(turn, 0, atol=1e-5)


def test_four_points_that_stay_or_move_together():
    x = np.random.default_rng(0).random((2, 8, 9, 1))
    same = image.perspective_transform(x, CORNERS, CORNERS).numpy()
    np.testing.assert_allclose(same, x, atol=1e-5)
    points = np.stack([CORNERS] * 2)
    moved = image.perspective_transform(x, points, np.add(points, [1, 2]), "nearest", 7.0).numpy()
    np.testing.assert_allclose(moved[:, 2:, 1:], x[:, :-2, :-1])
    assert (moved[:, :2] == 7).all()
    assert (moved[:, :, 0] == 7).all()


def test_end_points_have_gradients():
    x = np.random.default_rng(0).random((5, 6, 1))
    start = np.array([[0.0, 0], [0, 5], [6, 0], [6, 5]])
    end = start + np.random.default_rng(1).uniform(-0.5, 0.5, (4, 2))

    def energy(end):
        return ops.sum(ops.square(image.perspective_transform(x, start, end)))

    slope = grad(energy)(ops.convert_to_tensor(end)).numpy()
    for place in np.ndindex(4, 2):
        step = np.zeros((4, 2))
        step[place] = 1e-6
        rise = float(energy(end + step)) - float(energy(end - step))
        np.testing.assert_allclose(slope[place], rise / 2e-6, rtol=1e-4)


def ramps(height=40, width=50):
    rows, columns = np.mgrid[0:height, 0:width].astype("float64")
    return np.stack([columns, rows], axis=-1)


def test_elastic_moves_are_smooth_and_as_far_as_they_should_be():
    moves = image.elastic_transform(ramps(200, 200), 3.0, 2.0, fill_mode="nearest", seed=0)
    moves = (moves.numpy() - ramps(200, 200))[20:-20, 20:-20]
    # A field of variance 1 smoothed by a bell of deviation s has variance 1 / (4 pi s²).
    np.testing.assert_allclose(moves.std(axis=(0, 1)), 3 / np.sqrt(4 * np.pi), rtol=0.1)
    np.testing.assert_allclose(moves.mean(axis=(0, 1)), 0, atol=0.1)
    near = np.corrcoef(moves[1:, :, 0].ravel(), moves[:-1, :, 0].ravel())[0, 1]
    np.testing.assert_allclose(near, np.exp(-1 / 16), atol=0.02)
    assert abs(np.corrcoef(moves[..., 0].ravel(), moves[..., 1].ravel())[0, 1]) < 0.15


class Generator:
    """A row of seeds, as a seed generator gives them."""

    count = 0

    def next(self):
        self.count += 1
        return np.array([7, self.count], "uint32")


def test_elastic_moves_follow_their_seed():
    x = ramps()
    first, again, other = (
        image.elastic_transform(x, 3.0, 2.0, seed=seed).numpy() for seed in (1, 1, 2)
    )
    np.testing.assert_array_equal(first, again)
    assert (first != other).any()
    assert (image.elastic_transform(x).numpy() != image.elastic_transform(x).numpy()).any()

    seeds = Generator()
    one, two = (image.elastic_transform(x, seed=seeds).numpy() for _ in range(2))
    assert (one != two).any()
    np.testing.assert_array_equal(image.elastic_transform(x, seed=Generator()).numpy(), one)


X = np.ones((2, 4, 5, 3))
TRANSFORM = np.array([1.0, 0, 0, 0, 1, 0, 0, 0])


@pytest.mark.parametrize(
    ("call", "words"),
    [
        (lambda: image.map_coordinates(X[0, :, :, 0], np.ones((3, 2)), 1), "a row of coordinates"),
        (lambda: image.map_coordinates(X[0, :, :, 0], np.ones(2), 1), "a row of coordinates"),
        (lambda: image.map_coordinates(X[0, :, :, 0], np.ones((2, 2)), 3), "two orders"),
        (
            lambda: image.map_coordinates(X[0, :, :, 0], np.ones((2, 2)), 1, "edge"),
            "no fill mode of this name",
        ),
        (lambda: image.affine_transform(X, TRANSFORM[:6]), "eight numbers"),
        (lambda: image.affine_transform(X, np.tile(TRANSFORM, (3, 1))), "3 transforms"),
        (lambda: image.affine_transform(X, TRANSFORM, "bicubic"), "no interpolation"),
        (lambda: image.affine_transform(X, TRANSFORM, fill_mode="edge"), "no fill mode"),
        (lambda: image.perspective_transform(X, CORNERS[:3], CORNERS), "start_points of shape"),
        (lambda: image.perspective_transform(X, CORNERS, CORNERS[None]), "for each start point"),
        (
            lambda: image.perspective_transform(X, CORNERS, np.outer([0, 1, 2, 3], [1, 2])),
            "on one line",
        ),
        (lambda: image.elastic_transform(X, sigma=0), "sigma=0"),
        (lambda: image.elastic_transform(X, seed=-1), "seed=-1"),
        (lambda: image.elastic_transform(X, interpolation="cubic"), "no interpolation"),
    ],
)
def test_bad_input_is_explained(call, words):
    with pytest.raises(ValueError, match=words):
        call()


def test_a_traced_function_is_not_given_one_set_of_moves_for_ever():
    from geartrain import jit

    for seed in (None, Generator()):
        with pytest.raises(ValueError, match="draws its moves when it is called"):
            jit(lambda x, seed=seed: image.elastic_transform(x, seed=seed))(X)
    fixed = jit(lambda x: image.elastic_transform(x, seed=1))(ramps())
    expected = image.elastic_transform(ramps(), seed=1).numpy()
    np.testing.assert_allclose(fixed.numpy(), expected, rtol=1e-5, atol=1e-4)
