"""Data sets of files: Keras's results for the same file, digests, places, and no pickle run."""

import hashlib
import json
import pickle
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from geartrain import datasets
from geartrain.datasets import DataUnavailable, cifar10, cifar100, fashion_mnist
from geartrain.datasets.pickled import read_pickle
from tests.datasets import small_files as small
from tests.datasets.cases import HOUSE_CASES, TEXT_CASES

GOLDEN = json.loads(Path(__file__).with_name("golden.json").read_text())


@pytest.fixture
def homes(tmp_path, monkeypatch):
    """A machine without any data, and without a network."""
    monkeypatch.delenv("GEARTRAIN_DATASETS", raising=False)
    monkeypatch.setenv("GEARTRAIN_HOME", str(tmp_path / "own"))
    monkeypatch.setenv("KERAS_HOME", str(tmp_path / "keras"))
    monkeypatch.setenv("no_proxy", "")
    monkeypatch.setenv("https_proxy", "http://127.0.0.1:9")  # where nobody listens
    (tmp_path / "keras/datasets").mkdir(parents=True)
    return tmp_path


def plain(split):
    return [
        [
            [list(each) if isinstance(each, list) else np.asarray(each).tolist() for each in part]
            for part in pair
        ]
        for pair in split
    ]


@pytest.mark.parametrize(
    ("name", "arguments"), [(n, c) for n, cases in TEXT_CASES.items() for c in cases], ids=str
)
def test_texts_as_keras_loads_them(name, arguments, tmp_path):
    getattr(small, f"write_{name}")(tmp_path / "data.npz")
    found = getattr(datasets, name).load_data(path=tmp_path / "data.npz", **arguments)
    assert plain(found) == GOLDEN[f"{name} {arguments}"]
    assert found[0][0].dtype == object


@pytest.mark.parametrize(
    ("name", "arguments"),
    [(n, c) for n, (*_, cases) in HOUSE_CASES.items() for c in cases],
    ids=str,
)
def test_houses_as_keras_loads_them(name, arguments, tmp_path):
    small.write_houses(tmp_path / "data.npz", *HOUSE_CASES[name][:2])
    found = getattr(datasets, name).load_data(path=tmp_path / "data.npz", **arguments)
    *lengths, first, second = GOLDEN[f"{name} {arguments}"]
    assert [[len(part) for part in pair] for pair in found] == lengths
    assert found[0][1][0] == first
    assert found[0][0][0][1] == second


@pytest.mark.parametrize("protocol", [0, 1, 2, 3, 4, 5])
def test_pickles_of_data_are_read(protocol):
    data = {
        "numbers": [0, 1, 255, 256, 65535, 65536, -1, 2**40, -(2**70), 1.5, True, None],
        "texts": ["a", "é" * 300, b"bytes", b"", ("x", ()), {"nest": [[1], [2, [3]]]}],
        "array": np.arange(6, dtype=">i4").reshape(2, 3),
        "many": list(range(3000)),
    }
    found = read_pickle(pickle.dumps(data, protocol=protocol))
    np.testing.assert_array_equal(found.pop("array"), data.pop("array"))
    assert found == data


class Evil:
    def __reduce__(self):
        return (print, ("this ran",))


def test_a_pickle_that_names_code_is_refused(capsys):
    for protocol in range(6):
        with pytest.raises(ValueError, match="print"):
            read_pickle(pickle.dumps([1, Evil()], protocol=protocol))
    assert not capsys.readouterr().out


@pytest.mark.parametrize("cut", [0, 1, 5, 20, 60])
def test_a_pickle_that_is_cut_off_is_refused(cut):
    whole = pickle.dumps({"a": np.arange(4), "b": [1, 2]}, protocol=4)
    with pytest.raises(ValueError, match="no pickle of lists"):
        read_pickle(whole[:cut])


def test_cifar10(homes, monkeypatch):
    batches = {name: small.cifar_batch(2, k, labels=[k, 9])
               for k, name in enumerate([*cifar10.TRAINING, cifar10.TESTING])}  # fmt: skip
    path = homes / "keras/datasets/cifar-10-python.tar.gz"
    small.write_cifar(path, "cifar-10-batches-py", batches)
    _believe(monkeypatch, cifar10, path)
    (x_train, y_train), (x_test, y_test) = cifar10.load_data()
    assert x_train.shape == (10, 32, 32, 3)
    assert x_train.dtype == np.uint8
    assert y_train.tolist() == [[k] for n in range(5) for k in (n, 9)]
    assert y_test.tolist() == [[5], [9]]
    expected = batches["test_batch"][b"data"].reshape(2, 3, 32, 32)
    np.testing.assert_array_equal(x_test.transpose(0, 3, 1, 2), expected)


def test_cifar100_in_a_folder_that_keras_has_unpacked(homes, monkeypatch):
    folder = homes / "keras/datasets/cifar-100-python-target/cifar-100-python"
    folder.mkdir(parents=True)
    for seed, name in enumerate(("train", "test")):
        labels = {"fine_labels": [3, 50], "coarse_labels": [1, 19]}
        (folder / name).write_bytes(pickle.dumps(small.cifar_batch(2, seed, **labels), protocol=2))
    digests = {each: _md5(folder / each) for each in ("train", "test")}
    monkeypatch.setattr(cifar100, "ARCHIVE", replace(cifar100.ARCHIVE, digests=digests))
    (x_train, fine), (_, coarse) = cifar100.load_data()[0], cifar100.load_data("coarse")[1]
    assert x_train.shape == (2, 32, 32, 3)
    assert (fine.tolist(), coarse.tolist()) == ([[3], [50]], [[1], [19]])
    with pytest.raises(ValueError, match="nearest: coarse"):
        cifar100.load_data("course")


def test_fashion_mnist(homes, monkeypatch):
    folder = homes / "own/datasets/fashion-mnist"
    folder.mkdir(parents=True)
    sources = []
    for each, shape in zip(fashion_mnist.FILES, [(3, 2, 2), (3,), (1, 2, 2), (1,)], strict=True):
        head = bytes([0, 0, 8, len(shape)]) + b"".join(n.to_bytes(4, "big") for n in shape)
        (folder / each.name).write_bytes(head + bytes(range(int(np.prod(shape)))))
        sources.append(replace(each, digest=_md5(folder / each.name)))
    monkeypatch.setattr(fashion_mnist, "FILES", sources)
    (x_train, y_train), (x_test, _) = fashion_mnist.load_data()
    assert (x_train.shape, y_train.tolist(), x_test.shape) == ((3, 2, 2), [0, 1, 2], (1, 2, 2))


def _believe(monkeypatch, module, path):
    digest = hashlib.sha256(path.read_bytes()).hexdigest()
    source = replace(module.ARCHIVE.source, digest=digest)
    monkeypatch.setattr(module, "ARCHIVE", replace(module.ARCHIVE, source=source))


def _md5(path):
    return hashlib.md5(path.read_bytes()).hexdigest()


def test_a_word_index_of_ones_own(tmp_path):
    (tmp_path / "words.json").write_text('{"the": 1, "film": 19}')
    found = datasets.imdb.get_word_index(tmp_path / "words.json")
    assert found == {"the": 1, "film": 19}
    assert datasets.reuters.get_word_index(str(tmp_path / "words.json")) == found


@pytest.mark.parametrize(
    "name", ["imdb", "reuters", "boston_housing", "california_housing", "cifar10", "fashion_mnist"]
)
def test_without_file_and_network_the_error_names_the_ways_out(name, homes):
    with pytest.raises(DataUnavailable, match="GEARTRAIN_DATASETS") as caught:
        getattr(datasets, name).load_data()
    assert str(homes / "keras/datasets") in str(caught.value)


def test_another_file_of_that_name_is_not_taken(homes, monkeypatch):
    small.write_imdb(homes / "keras/datasets/imdb.npz")
    with (
        pytest.warns(UserWarning, match="passed over"),
        pytest.raises(DataUnavailable, match="neither"),
    ):
        datasets.imdb.load_data()
    monkeypatch.setenv("GEARTRAIN_DATASETS", str(homes / "keras/datasets"))
    with pytest.raises(ValueError, match="another digest"):
        datasets.imdb.load_data()


def test_keras_cache_is_looked_into(homes, monkeypatch):
    path = homes / "keras/datasets/boston_housing.npz"
    small.write_houses(path, 10, 13)
    digest = hashlib.sha256(path.read_bytes()).hexdigest()
    houses = datasets.boston_housing
    monkeypatch.setattr(houses, "HOUSES", replace(houses.HOUSES, digest=digest))
    (x_train, _), (x_test, _) = houses.load_data()
    assert (x_train.shape, x_test.shape) == ((8, 13), (2, 13))


def test_bad_arguments(tmp_path):
    small.write_imdb(tmp_path / "imdb.npz")
    with pytest.raises(TypeError, match="num_wrds"):
        datasets.imdb.load_data(tmp_path / "imdb.npz", num_wrds=3)
    with pytest.raises(ValueError, match="No text is as short"):
        datasets.imdb.load_data(tmp_path / "imdb.npz", maxlen=1)
    with pytest.raises(DataUnavailable, match="does not exist"):
        datasets.imdb.load_data(tmp_path / "other.npz")
    small.write_houses(tmp_path / "h.npz", 10, 13)
    with pytest.raises(ValueError, match="test_split=1"):
        datasets.boston_housing.load_data(tmp_path / "h.npz", test_split=1.0)
    with pytest.raises(ValueError, match=r"an \.npz file with x_train"):
        datasets.imdb.load_data(tmp_path / "h.npz")
    (tmp_path / "t.npz").write_bytes(b"no zip")
    with pytest.raises(ValueError, match="BadZipFile"):
        datasets.reuters.load_data(tmp_path / "t.npz")
    with pytest.raises(ValueError, match="nearest: small"):
        datasets.california_housing.load_data("smal")
