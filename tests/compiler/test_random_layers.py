"""Random layers of real sizes, with a free batch axis: compiled, they give the eager numbers.

How a contraction is tiled, which of its operands are packed and where they are kept depends on its
sizes, which random programs leave small. Here channels, kernels and lengths are drawn evenly in
their logarithms. The layer of a number is the same every time; `pytest --programs=10000
tests/compiler/test_random_layers.py` runs a thousand, and a failure prints its layer's number.
"""

import numpy as np
import pytest

from geartrain import GradientTape, Sequential, jit, layers, ops

ACTIVATIONS = ["relu", "gelu", "tanh", "linear"]
GROUPS = 10  # of layers: tests that can fail one by one
LARGEST = 300_000  # elements of an input or an output
TOLERANCE = 2e-3  # of the largest number of an output or a gradient: float32's error of long sums


def sized(rng, low, high):
    """A size from `low` to `high`, even in its logarithm."""
    return round(np.exp(rng.uniform(np.log(low), np.log(high))))


def spaced(rng, sizes, kernel):
    """Strides or dilations, never both, that leave a place for a kernel; and the padding."""
    strides = int(rng.choice([1, 1, 2, 3]))
    dilated = strides == 1 and all(2 * (k - 1) < n for k, n in zip(kernel, sizes, strict=True))
    dilation = int(rng.choice([1, 1, 2])) if dilated else 1
    return {
        "strides": strides,
        "dilation_rate": dilation,
        "padding": str(rng.choice(["valid", "same"])),
        "activation": str(rng.choice(ACTIVATIONS)),
    }


def convolution(rng, make, sizes, most_channels, longest):
    kernel = [min(n, sized(rng, 1, longest)) for n in sizes]
    if rng.random() < 0.4:
        kernel = [min(3, n) for n in sizes]
    channels, filters = (sized(rng, 1, most_channels) for _ in range(2))
    return make(filters, kernel, **spaced(rng, sizes, kernel)), (*sizes, channels)


def convolution1d(rng):
    return convolution(rng, layers.Conv1D, (sized(rng, 3, 300),), 300, 9)


def convolution2d(rng):
    return convolution(rng, layers.Conv2D, (sized(rng, 3, 48), sized(rng, 3, 48)), 160, 5)


def convolution3d(rng):
    sizes = tuple(sized(rng, 3, 14) for _ in range(3))
    return convolution(rng, layers.Conv3D, sizes, 48, 3)


def transposed1d(rng):
    def make(filters, kernel, dilation_rate, **arguments):
        return layers.Conv1DTranspose(filters, kernel, **arguments)

    return convolution(rng, make, (sized(rng, 3, 150),), 200, 9)


def transposed2d(rng):
    def make(filters, kernel, dilation_rate, **arguments):
        return layers.Conv2DTranspose(filters, kernel, **arguments)

    return convolution(rng, make, (sized(rng, 3, 24), sized(rng, 3, 24)), 100, 5)


def depthwise(rng):
    def make(filters, kernel, dilation_rate, **arguments):
        return layers.DepthwiseConv2D(kernel, depth_multiplier=min(filters, 3), **arguments)

    return convolution(rng, make, (sized(rng, 3, 40), sized(rng, 3, 40)), 160, 5)


def separable(rng):
    return convolution(rng, layers.SeparableConv1D, (sized(rng, 3, 200),), 200, 9)


def pooled(rng):
    pool = [layers.MaxPooling2D, layers.AveragePooling2D][rng.integers(2)]
    activation, padding = str(rng.choice(ACTIVATIONS)), str(rng.choice(["valid", "same"]))
    parts = [
        layers.Conv2D(sized(rng, 1, 100), 3, padding="same", activation=activation),
        pool(int(rng.choice([2, 3])), padding=padding),
    ]
    return Sequential(parts), (sized(rng, 4, 48), sized(rng, 4, 48), sized(rng, 1, 100))


def dense(rng):
    shape = (
        (sized(rng, 1, 1500),) if rng.random() < 0.5 else tuple(sized(rng, 1, 250) for _ in "ab")
    )
    return layers.Dense(sized(rng, 1, 1500), activation=str(rng.choice(ACTIVATIONS))), shape


def recurrent(rng):
    make = [layers.SimpleRNN, layers.LSTM, layers.GRU][rng.integers(3)]
    layer = make(sized(rng, 1, 120), return_sequences=bool(rng.integers(2)))
    return layer, (sized(rng, 2, 40), sized(rng, 1, 120))


class SelfAttention(layers.Layer):
    """Attention of a sequence to itself."""

    def __init__(self, heads, width):
        super().__init__()
        self.attention = layers.MultiHeadAttention(heads, width)

    def call(self, x):
        return self.attention(x, x)

    def compute_output_shape(self, input_shape):
        return input_shape


def attention(rng):
    layer = SelfAttention(int(rng.integers(1, 5)), sized(rng, 1, 70))
    return layer, (sized(rng, 2, 150), sized(rng, 1, 150))


FAMILIES = [
    convolution1d, convolution2d, convolution3d, transposed1d, transposed2d, depthwise,
    separable, pooled, dense, recurrent, attention,
]  # fmt: skip


def drawn(number):
    """A built layer by its number, and two batches of different sizes for it."""
    rng = np.random.default_rng(number)
    while True:
        layer, shape = FAMILIES[number % len(FAMILIES)](rng)
        batch = sized(rng, 2, 12)
        if batch * np.prod(shape) > LARGEST:
            continue
        try:
            if np.prod(layer.compute_output_shape((batch, *shape))) <= LARGEST:
                break
        except ValueError:  # the kernel is larger than what is left
            continue
    smaller = int(rng.integers(1, batch))
    return layer, [rng.standard_normal((n, *shape)).astype("float32") for n in (batch, smaller)]


def derived(layer):
    """The function of a batch that gives the layer's output and all gradients."""

    def step(x):
        with GradientTape() as tape:
            tape.watch(x)
            y = layer(x)
            uneven = ops.reshape(ops.cos(ops.arange(int(np.prod(y.shape[1:])))), y.shape[1:])
            total = ops.sum(y * ops.cast(uneven, y.dtype))
        return [y, *tape.gradient(total, [x, *layer.trainable_variables])]

    return step


@pytest.fixture(autouse=True)
def nothing_kept(monkeypatch):
    """These layers are compiled once: the cache is for others."""
    monkeypatch.setenv("GEARTRAIN_CODE_CACHE", "off")


@pytest.mark.parametrize("group", range(GROUPS))
def test_compiled_layers_give_the_eager_numbers(request, group):
    count = max(GROUPS, request.config.getoption("--programs") // 10)
    for number in range(group, count, GROUPS):
        layer, batches = drawn(number)
        layer(batches[0])  # which makes its weights
        step = derived(layer)
        compiled = jit(step, symbolic={"x": {0: "batch"}})
        for x in batches:
            expected = [np.asarray(each) for each in step(ops.convert_to_tensor(x))]
            least = 1e-3 * max(np.abs(each).max() for each in expected)
            for one, other in zip(compiled(x), expected, strict=True):
                largest = max(np.abs(other).max(), least)
                np.testing.assert_allclose(
                    one, other, rtol=0, atol=TOLERANCE * largest, err_msg=f"layer {number}"
                )
