"""Signals: transforms against their defining sums, their inverses, and windows that slide."""

import numpy as np
import pytest

from geartrain import compiler, naive, ops
from geartrain.autodiff import grad

LENGTHS = [1, 2, 3, 8, 13]


def signal(*shape, seed=0):
    return np.random.default_rng(seed).standard_normal(shape)


def waves(n, sign=-1):
    """The matrix of the transform: exp(sign 2 pi i k t / n)."""
    return np.exp(sign * 2j * np.pi * np.outer(np.arange(n), np.arange(n)) / n)


def whole(pair):
    return pair[0].numpy() + 1j * pair[1].numpy()


@pytest.mark.parametrize("n", LENGTHS)
def test_fft_is_the_sum_of_its_definition(n):
    z = signal(3, n) + 1j * signal(3, n, seed=1)
    np.testing.assert_allclose(whole(ops.fft((z.real, z.imag))), z @ waves(n), atol=1e-12)


def test_fft2_goes_along_both_last_axes_and_ifft2_comes_back():
    z = signal(2, 3, 4) + 1j * signal(2, 3, 4, seed=1)
    there = ops.fft2((z.real, z.imag))
    np.testing.assert_allclose(whole(there), waves(3) @ z @ waves(4), atol=1e-12)
    np.testing.assert_allclose(whole(ops.ifft2(there)), z, atol=1e-12)


@pytest.mark.parametrize("n", LENGTHS)
@pytest.mark.parametrize("length", [None, 1, 4, 9])
def test_rfft_is_the_first_half_of_fft_of_the_cut_or_padded_signal(n, length):
    x, size = signal(2, n), n if length is None else length
    fitted = np.zeros((2, size))
    fitted[:, : min(n, size)] = x[:, :size]
    expected = (fitted @ waves(size))[:, : size // 2 + 1]
    np.testing.assert_allclose(whole(ops.rfft(x, length)), expected, atol=1e-12)


@pytest.mark.parametrize("n", LENGTHS)
def test_irfft_undoes_rfft(n):
    x = signal(2, n)
    np.testing.assert_allclose(ops.irfft(ops.rfft(x), n).numpy(), x, atol=1e-12)


def test_irfft_takes_a_length_of_its_own():
    re, im = signal(5), signal(5, seed=1)
    assert ops.irfft((re, im)).shape == (8,)
    cut = ops.irfft((re[:3], im[:3]), 5).numpy()
    np.testing.assert_allclose(ops.irfft((re, im), 5).numpy(), cut, atol=1e-15)
    longer = [np.pad(each, (0, 2)) for each in (re, im)]
    np.testing.assert_allclose(
        ops.irfft((re, im), 12).numpy(), ops.irfft(longer, 12).numpy(), atol=1e-15
    )


@pytest.mark.parametrize("dtype", ["float16", "bfloat16", "float32", "float64"])
def test_transforms_keep_floating_dtypes(dtype):
    x = ops.cast(signal(2, 8), dtype)
    for each in (*ops.fft((x, x)), *ops.rfft(x), ops.irfft((x, x)), *ops.stft(x, 4, 2, 4)):
        assert each.dtype.name == dtype
    assert ops.istft((x, x), 8, 4, 14).dtype.name == dtype


def test_rfft_takes_whole_numbers():
    re, im = ops.rfft([0, 1, 2, 3])
    assert re.dtype.name == "float32"
    np.testing.assert_allclose(re.numpy(), [6, -2, -2], atol=1e-6)
    np.testing.assert_allclose(im.numpy(), [0, 2, 0], atol=1e-6)


def test_windows_slide():
    x = np.arange(20).reshape(2, 10)
    found = ops.extract_sequences(x, 4, 3).numpy()
    expected = np.lib.stride_tricks.sliding_window_view(x, 4, axis=1)[:, ::3]
    np.testing.assert_array_equal(found, expected)
    assert found.dtype == x.dtype
    assert ops.extract_sequences(x, 11, 1).shape == (2, 0, 11)


BELLS = {
    "hann": lambda n: np.sin(np.pi * np.arange(n) / n) ** 2,
    "hamming": lambda n: 0.54 - 0.46 * np.cos(2 * np.pi * np.arange(n) / n),
}


@pytest.mark.parametrize("window", ["hann", "hamming", "tensor", None])
@pytest.mark.parametrize("center", [True, False])
def test_stft_is_the_transform_of_each_window_under_the_bell(window, center):
    x, length, stride, size = signal(2, 30), 6, 4, 9
    bell = BELLS.get(window, lambda n: np.linspace(1, 2, n))(length)
    given = bell if window == "tensor" else window
    weights = np.ones(size) if window is None else np.pad(bell, (1, 2))
    wide = np.pad(x, [(0, 0), (4, 4)], "reflect") if center else x
    starts = range(0, wide.shape[1] - size + 1, stride)
    frames = np.stack([wide[:, start : start + size] * weights for start in starts], axis=1)
    found = whole(ops.stft(x, length, stride, size, window=given, center=center))
    np.testing.assert_allclose(found, np.fft.rfft(frames), atol=1e-12)


@pytest.mark.parametrize("window", ["hann", "hamming", np.linspace(1, 2, 8)])
@pytest.mark.parametrize(("stride", "size"), [(2, 8), (3, 11), (1, 8), (8, 16)])
def test_istft_brings_the_signal_back(window, stride, size):
    x = signal(2, 40)
    there = ops.stft(x, 8, stride, size, window=window)
    back = ops.istft(there, 8, stride, size, length=24, window=window).numpy()
    assert back.shape == (2, 24)
    known = slice(None) if stride < 8 else [place for place in range(24) if place % 8 != 4]
    np.testing.assert_allclose(back[:, known], x[:, :24][:, known], atol=1e-12)


def test_istft_without_a_bell_adds_the_windows_up():
    x = signal(24)
    back = ops.istft(ops.stft(x, 8, 4, 8, window=None), 8, 4, 8, window=None).numpy()
    np.testing.assert_allclose(back, 2 * x, atol=1e-12)


def test_istft_is_the_nearest_signal_by_least_squares():
    re, im = signal(4, 5), signal(4, 5, seed=1)
    transform = np.stack(
        [
            np.concatenate(
                [each.numpy() for each in ops.stft(row, 8, 4, 8, center=False)], axis=-1
            ).ravel()
            for row in np.eye(20)
        ]
    )
    wanted = np.concatenate([re, im], axis=-1).ravel()
    share = np.tile([1, 2, 2, 2, 1] * 2, 4) ** 0.5  # what each frequency counts in the windows
    nearest = np.linalg.lstsq((transform * share).T, wanted * share, rcond=None)[0]
    found = ops.istft((re, im), 8, 4, 8, center=False).numpy()
    np.testing.assert_allclose(found[1:], nearest[1:], atol=1e-10)  # the bell is 0 at place 0


def test_complex_numbers_are_pairs():
    pairs = signal(3, 2)
    z = ops.view_as_complex(pairs)
    assert z.dtype.name == "complex128"
    np.testing.assert_array_equal(z.numpy(), pairs[:, 0] + 1j * pairs[:, 1])
    np.testing.assert_array_equal(ops.view_as_real(z).numpy(), pairs)
    assert ops.view_as_complex(np.ones((3, 2), "int32")).dtype.name == "complex64"
    np.testing.assert_array_equal(ops.view_as_real([1.0, 2.0]).numpy(), [[1, 0], [2, 0]])


FUNCTIONS = {
    "fft": lambda x: ops.fft((x, ops.flip(x)))[1],
    "ifft2": lambda x: ops.ifft2((x, ops.flip(x)))[0],
    "rfft": lambda x: ops.rfft(x, 9)[1],
    "irfft": lambda x: ops.irfft((x, ops.flip(x)), 10),
    "sequences": lambda x: ops.extract_sequences(x, 3, 2),
    "stft": lambda x: ops.stft(x, 4, 2, 6)[0],
    "istft": lambda x: ops.istft((x, ops.flip(x)), 4, 3, 14, center=False),
    "complex": lambda x: ops.view_as_real(ops.view_as_complex(ops.reshape(x, (-1, 2)))),
}


@pytest.mark.parametrize("name", FUNCTIONS)
def test_the_ways_to_run_agree(name):
    x = signal(3, 8)
    eager = FUNCTIONS[name](ops.convert_to_tensor(x)).numpy()
    looped = naive(FUNCTIONS[name])(ops.convert_to_tensor(x)).numpy()
    compiled = compiler.jit(FUNCTIONS[name])(ops.convert_to_tensor(x)).numpy()
    np.testing.assert_allclose(looped, eager, atol=1e-12)
    np.testing.assert_allclose(compiled, eager, atol=1e-12)


@pytest.mark.parametrize("name", FUNCTIONS)
def test_gradients_are_those_of_a_linear_function(name):
    """All of these are linear: the slope along d is the function of d itself."""
    x, d = signal(3, 8), signal(3, 8, seed=1)
    image = FUNCTIONS[name](ops.convert_to_tensor(d)).numpy()
    weights = signal(*image.shape, seed=2)
    slope = grad(lambda x: ops.sum(FUNCTIONS[name](x) * weights))(ops.convert_to_tensor(x))
    np.testing.assert_allclose(float(ops.sum(slope * d)), (image * weights).sum(), atol=1e-10)


def test_a_bell_can_be_learned():
    x, bell = signal(20), np.linspace(0.5, 1.0, 4)

    def energy(bell):
        re, im = ops.stft(x, 4, 2, 4, window=bell)
        return ops.sum(re * re + im * im)

    slope = grad(energy)(ops.convert_to_tensor(bell)).numpy()
    for place in range(4):
        step = 1e-5 * np.eye(4)[place]
        expected = (float(energy(bell + step)) - float(energy(bell - step))) / 2e-5
        np.testing.assert_allclose(slope[place], expected, rtol=1e-6)


@pytest.mark.parametrize(
    ("call", "error", "words"),
    [
        (lambda: ops.fft(np.ones(3)), ValueError, "as a pair"),
        (lambda: ops.fft((np.ones(3), np.ones(2))), ValueError, "of one shape"),
        (lambda: ops.fft((np.ones(3, "int32"),) * 2), ValueError, "floating dtype"),
        (lambda: ops.fft2((np.ones(3),) * 2), ValueError, "rank 2 at least"),
        (lambda: ops.rfft(1.0), ValueError, "rank 1 at least"),
        (lambda: ops.rfft(np.ones(3), 0), ValueError, "fft_length=0"),
        (lambda: ops.irfft((np.ones(1), np.ones(1))), ValueError, "fft_length=0"),
        (lambda: ops.extract_sequences(np.ones(3), 0, 1), ValueError, "sequence_length=0"),
        (lambda: ops.extract_sequences(np.ones(3), 1.5, 1), ValueError, "sequence_length=1.5"),
        (lambda: ops.stft(np.ones(9), 4, 0, 4), ValueError, "sequence_stride=0"),
        (lambda: ops.stft(np.ones(9), 8, 2, 4), ValueError, "does not fit"),
        (lambda: ops.stft(np.ones(9), 4, 2, 4, window="box"), ValueError, "window='box'"),
        (lambda: ops.stft(np.ones(9), 4, 2, 4, window=np.ones(3)), ValueError, "a tensor \\(3,\\)"),
        (lambda: ops.stft(np.ones(9, "int32"), 4, 2, 4), TypeError, "floating dtype"),
        (lambda: ops.stft(np.ones(3), 4, 2, 4, center=False), ValueError, "one window at least"),
        (lambda: ops.istft((np.ones(3), np.ones(3)), 4, 2, 4), ValueError, "a row of windows"),
        (lambda: ops.view_as_complex(np.ones(3)), ValueError, "last axis is 2"),
    ],
)
def test_bad_input_is_explained(call, error, words):
    with pytest.raises(error, match=words):
        call()
