"""The workers' parts that run anywhere: the reader, the gauges, the network in NumPy."""

import gzip

import numpy as np
import pytest
from workloads import by_hand, data, kernels, observe
from workloads.numpy_by_hand import LOSSES, Network


def write_idx(path, array, magic=b"\x00\x00\x08"):
    sizes = b"".join(size.to_bytes(4, "big") for size in array.shape)
    path.write_bytes(gzip.compress(magic + bytes([array.ndim]) + sizes + array.tobytes()))


def test_an_idx_file_is_read(tmp_path):
    array = np.arange(24, dtype=np.uint8).reshape(2, 3, 4)
    write_idx(tmp_path / "x.gz", array)
    np.testing.assert_array_equal(data.read_idx(tmp_path / "x.gz"), array)


def test_another_file_is_refused_by_name(tmp_path):
    write_idx(tmp_path / "x.gz", np.zeros(3, np.uint8), magic=b"\x00\x00\x0d")
    with pytest.raises(ValueError, match=r"x\.gz is no idx file"):
        data.read_idx(tmp_path / "x.gz")


@pytest.mark.parametrize("loss", ["cross_entropy", "mse"])
def test_the_written_out_gradients_are_the_derivatives(loss):
    generator = np.random.default_rng(0)
    network = Network((5, 4, 3), loss, 6, 1)
    network.weights = [(k.astype(float), b.astype(float)) for k, b in network.weights]
    x, y = generator.standard_normal((6, 5)), np.eye(3)[generator.integers(0, 3, 6)]
    found = {}
    network._update = found.__setitem__
    network._step(x, y)

    def mean_loss():
        # summed over rows: the mean of the squares is over the three outputs too
        total = LOSSES[loss](network._forward(x)[-1], y)[0]
        return total / len(x)

    for layer, weights in enumerate(network.weights):
        for weight, gradient in zip(weights, found[layer], strict=True):
            expected = numeric_gradient(mean_loss, weight)
            np.testing.assert_allclose(gradient, expected, rtol=1e-5, atol=1e-7)


def numeric_gradient(function, weight, step=1e-6):
    gradient = np.empty_like(weight)
    for place in np.ndindex(weight.shape):
        kept = weight[place]
        weight[place] = kept + step
        above = function()
        weight[place] = kept - step
        gradient[place] = (above - function()) / (2 * step)
        weight[place] = kept
    return gradient


def test_the_network_in_numpy_learns():
    x, y = data.tiny()
    network = Network(data.TINY_SIZES, "mse", 16, 1)
    network.feed(x, y)
    order = np.arange(len(x))
    losses = [network.epoch(order)[0] for _ in range(30)]
    assert losses[-1] < 0.1 * losses[0]


def test_weights_start_the_same_for_every_library():
    first, second = (by_hand.initial_weights((4, 3, 2), seed=7) for _ in range(2))
    for (kernel, bias), (again, _) in zip(first, second, strict=True):
        np.testing.assert_array_equal(kernel, again)
        assert not bias.any()


def test_peak_memory_sees_an_array_that_is_gone():
    before = observe.peak_memory_bytes()
    np.ones(60_000_000, np.uint8)
    assert observe.peak_memory_bytes() >= max(before, 60_000_000)


def test_the_gauge_tells_the_peak_of_the_second_part_from_the_whole():
    gauge = observe.MemoryGauge()
    np.ones(100_000_000, np.uint8)
    gauge.mark()
    figures = gauge.figures()
    if "fit_peak_memory_bytes" not in figures:
        pytest.skip("this system does not lower a high-water mark")
    assert figures["peak_memory_bytes"] >= figures["fit_peak_memory_bytes"] + 50_000_000


def test_steady_epochs_leave_the_first_call_out():
    calls = []
    observe.steady_epoch_s(calls.append, seconds=0.0, repeats=2)
    assert calls == [2, 10, 10, 10]


def kernel(kind, flops, seconds, peak):
    gflops = flops / seconds / 1e9
    return {
        "kind": kind,
        "flops": flops,
        "seconds": seconds,
        "gflops": gflops,
        "share_of_peak": gflops / peak,
    }


def test_products_are_weighed_by_their_time():
    rows = [
        kernel("contraction", 9e9, 0.1, 100),
        kernel("contraction", 1e9, 0.3, 100),
        kernel("rows", 0, 5.0, 100),
    ]
    assert kernels.products_share(rows) == pytest.approx(10 / 0.4 / 100)
    with pytest.raises(LookupError, match="contraction"):
        kernels.products_share(rows[2:])


def test_a_low_peak_does_not_flatter():
    calm = [kernel("contraction", 9e9, 0.12, 100)]
    disturbed = [kernel("contraction", 9e9, 0.1, 80)]
    (row,) = kernels.best_of([calm, disturbed])
    assert row["seconds"] == 0.1
    assert row["share_of_peak"] == pytest.approx(0.9)
