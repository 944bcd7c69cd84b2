"""What holds for every function of images: layouts, batches, dtypes, ways to run, gradients."""

import numpy as np
import pytest

from geartrain import naive, ops
from geartrain.autodiff import grad
from geartrain.compiler import compile_graph
from geartrain.graph import trace
from geartrain.primitives import Spec
from geartrain.tensor import Dim

image = ops.image
HEIGHT, WIDTH = 5, 6
TURN = [0.9, 0.2, 0.3, -0.1, 1.1, 0.4, 0, 0]
START = [[0, 0], [0, 5], [6, 0], [6, 5]]
END = [[0.5, 0.2], [0.3, 4.5], [5.1, 1], [6.5, 5.5]]

# Each of images alone, with the arguments for which the smooth ones have no step anywhere near.
FUNCTIONS = {
    "resize": lambda x, **k: image.resize(x, (7, 4), **k),
    "resize_antialias": lambda x, **k: image.resize(x, (3, 4), "lanczos3", antialias=True, **k),
    "resize_nearest": lambda x, **k: image.resize(x, (3, 9), "nearest", **k),
    "resize_cropped": lambda x, **k: image.resize(
        x, (4, 4), "bicubic", crop_to_aspect_ratio=True, **k
    ),
    "resize_padded": lambda x, **k: image.resize(x, (4, 4), pad_to_aspect_ratio=True, **k),
    "affine": lambda x, **k: image.affine_transform(x, TURN, fill_value=2.0, **k),
    "affine_nearest": lambda x, **k: image.affine_transform(x, TURN, "nearest", "wrap", **k),
    "perspective": lambda x, **k: image.perspective_transform(x, START, END, **k),
    "elastic": lambda x, **k: image.elastic_transform(x, 3.0, 1.5, seed=1, **k),
    "blur": lambda x, **k: image.gaussian_blur(x, (3, 4), (0.8, 1.5), **k),
    "grayscale": image.rgb_to_grayscale,
    "to_hsv": image.rgb_to_hsv,
    "to_rgb": image.hsv_to_rgb,
    "pad": lambda x, **k: image.pad_images(x, 1, 2, target_height=9, target_width=10, **k),
    "crop": lambda x, **k: image.crop_images(x, 1, 2, target_height=3, target_width=2, **k),
    "patches": lambda x, **k: image.extract_patches(x, (2, 3), **k),
    "patches_overlapping": lambda x, **k: image.extract_patches(x, 3, (1, 2), (2, 1), "same", **k),
    "sobel": image.sobel_edges,
    "ssim": lambda x, **k: image.ssim(x, 1 - x, filter_size=3, **k),
}
RANDOM = {"elastic"}  # needs to know the size of the batch
KEEP_INTEGERS = set(FUNCTIONS) - {"to_hsv", "to_rgb", "ssim", "sobel"}
FUNCTION = pytest.mark.parametrize("name", FUNCTIONS)


def images(*shape, dtype="float64"):
    rng = np.random.default_rng(0)
    return np.asarray(rng.uniform(0.1, 0.9, shape or (2, HEIGHT, WIDTH, 3)), dtype)


def channels_first(x, axes=3):
    return np.moveaxis(x, -1, -axes)


@FUNCTION
def test_channels_may_stand_first(name):
    last = FUNCTIONS[name](images()).numpy()
    first = FUNCTIONS[name](channels_first(images()), data_format="channels_first").numpy()
    if name == "sobel":
        last = np.moveaxis(last, -2, 1)
    elif name != "ssim":
        last = channels_first(last)
    np.testing.assert_allclose(first, last, rtol=1e-12)


@pytest.mark.parametrize("name", sorted(set(FUNCTIONS) - {"sobel"}))
def test_a_batch_is_its_images(name):
    batch = FUNCTIONS[name](images()).numpy()
    one = FUNCTIONS[name](images()[0]).numpy()
    if name in RANDOM:
        assert one.shape == batch.shape[1:]
    else:
        np.testing.assert_allclose(one, batch[0], rtol=1e-12)


@FUNCTION
@pytest.mark.parametrize("dtype", ["float16", "bfloat16", "float32"])
def test_floating_dtypes_are_kept(name, dtype):
    found = FUNCTIONS[name](ops.cast(images(), dtype))
    assert found.dtype.name == dtype
    expected = FUNCTIONS[name](images()).numpy()
    tolerance = {"float16": 0.02, "bfloat16": 0.15, "float32": 1e-5}[dtype]
    close = np.isclose(found.numpy().astype("float64"), expected, rtol=tolerance, atol=tolerance)
    assert close.all()


@pytest.mark.parametrize("name", sorted(KEEP_INTEGERS))
@pytest.mark.parametrize("dtype", ["uint8", "int32", "bool"])
def test_integers_are_rounded_and_kept(name, dtype):
    numbers = (images() * 200).astype(dtype)
    found = FUNCTIONS[name](numbers)
    assert found.dtype.name == dtype
    exact = FUNCTIONS[name](numbers.astype("float64")).numpy()
    if dtype != "bool":
        assert np.abs(found.numpy() - exact).max() < (1 if name == "grayscale" else 0.5001)


@FUNCTION
def test_loops_give_the_same(name):
    x = ops.convert_to_tensor(images(1, HEIGHT, WIDTH, 3))
    expected = FUNCTIONS[name](x).numpy()
    np.testing.assert_allclose(naive(FUNCTIONS[name])(x).numpy(), expected, rtol=1e-12, atol=1e-14)


@pytest.mark.parametrize("name", sorted(set(FUNCTIONS) - RANDOM))
def test_compiled_code_gives_the_same_for_batches_of_any_size(name):
    spec = Spec((Dim("batch"), HEIGHT, WIDTH, 3), np.dtype("float32"))
    program = compile_graph(trace(FUNCTIONS[name], [spec]))
    for batch in (1, 3):
        x = images(batch, HEIGHT, WIDTH, 3, dtype="float32")
        (found,) = program.run([x])
        np.testing.assert_allclose(found, FUNCTIONS[name](x).numpy(), rtol=2e-5, atol=2e-6)


@FUNCTION
def test_gradients_agree_with_finite_differences(name):
    x, rng = images(), np.random.default_rng(1)
    direction = rng.standard_normal(x.shape)
    weights = rng.standard_normal(FUNCTIONS[name](x).shape)

    def scalar(x):
        return ops.sum(FUNCTIONS[name](x) * weights)

    slope = float(ops.sum(grad(scalar)(ops.convert_to_tensor(x)) * direction))
    step = 1e-6
    there, back = (float(scalar(x + sign * step * direction)) for sign in (1, -1))
    np.testing.assert_allclose(slope, (there - back) / (2 * step), rtol=2e-5, atol=1e-7)


@FUNCTION
def test_wrong_ranks_and_data_formats_are_explained(name):
    with pytest.raises(ValueError, match="shape \\(5, 6\\)"):
        FUNCTIONS[name](np.ones((5, 6)))
    with pytest.raises(ValueError, match="no data format of this name"):
        FUNCTIONS[name](images(), data_format="channels_lost")
