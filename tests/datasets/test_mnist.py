"""MNIST: where it is looked for, how it is checked, what is said where it is not to be had."""

import gzip
import hashlib
import shutil
from pathlib import Path

import numpy as np
import pytest

from geartrain.data.idx import read_idx
from geartrain.datasets import DataUnavailable, mnist
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


def write_npz(folder, arrays):
    folder.mkdir(parents=True, exist_ok=True)
    np.savez(folder / "mnist.npz", **dict(zip(mnist.NAMES, arrays, strict=True)))
    return folder / "mnist.npz"


def sha256_of(path):
    return hashlib.sha256(path.read_bytes()).hexdigest()


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


def test_the_real_arrays():
    if settings.datasets is None:
        pytest.skip("GEARTRAIN_DATASETS names no folder")
    (x, y), (x_test, y_test) = mnist.load_data()
    assert [each.shape for each in (x, y, x_test, y_test)] == list(mnist.SHAPES)
    assert {each.dtype for each in (x, y, x_test, y_test)} == {np.dtype("uint8")}
    assert all(each.flags.writeable for each in (x, y, x_test, y_test))
    assert y[:10].tolist() == [5, 0, 4, 1, 9, 2, 1, 3, 1, 4]


@pytest.mark.parametrize("compress", [True, False])
@pytest.mark.parametrize("inside", ["mnist", "."])
def test_idx_files_in_the_named_folder(small, monkeypatch, compress, inside):
    write_folder(small / "data" / inside, compress=compress)
    monkeypatch.setenv("GEARTRAIN_DATASETS", str(small / "data"))
    assert_loaded(mnist.load_data())


def test_an_npz_in_the_named_folder_the_cache_and_kerass_cache(small, monkeypatch):
    for place in (small / "data", small / "home/datasets", small / ".keras/datasets"):
        assert_loaded(mnist.load_data(write_npz(place, ARRAYS)))
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
    digest = hashlib.sha256((ARRAYS[1] + 1).tobytes()).hexdigest()
    with pytest.raises(ValueError, match=f"train-labels-.*gz: y_train with SHA-256 {digest}"):
        mnist.load_data()


def test_an_array_of_another_shape_is_not_mnist(small):
    file = write_npz(small / "x", [ARRAYS[0][:3], *ARRAYS[1:]])
    with pytest.raises(ValueError, match=r"mnist.npz: x_train of uint8\(3, 2, 2\)"):
        mnist.load_data(file)


def test_an_array_of_objects_is_refused_and_not_unpickled(small):
    file = write_npz(small / "x", [np.array([Path()], object), *ARRAYS[1:]])
    with pytest.raises(ValueError, match=r"This is not MNIST(.|\n)*Object arrays"):
        mnist.load_data(file)


@pytest.mark.parametrize("damage", ["no archive", "empty", "cut off", "one byte", "an array"])
def test_damaged_archives_are_not_mnist(small, damage):
    file = write_npz(small / "x", ARRAYS)
    content = bytearray(file.read_bytes())
    content[content.index(b"NUMPY") + 140] ^= 1  # an element of the first array
    (small / "one.npy").write_bytes(b"")
    np.save(small / "one.npy", ARRAYS[0])
    broken = {
        "no archive": b"no archive",
        "empty": b"",
        "cut off": bytes(content[:-30]),
        "one byte": bytes(content),
        "an array": (small / "one.npy").read_bytes(),
    }
    file.write_bytes(broken[damage])
    with pytest.raises(ValueError, match="This is not MNIST"):
        mnist.load_data(file)


def test_a_wrong_file_in_kerass_cache_is_passed_over_and_said(small):
    write_folder(small / "home/datasets/mnist")
    keras = small / ".keras/datasets"
    keras.mkdir(parents=True)
    (keras / "mnist.npz").write_bytes(b"no archive")
    with pytest.warns(UserWarning, match="is passed over. This is not MNIST") as caught:
        assert_loaded(mnist.load_data())
    assert caught[0].filename == __file__


def test_a_file_of_that_name_beside_the_script_is_not_taken(small, monkeypatch):
    monkeypatch.chdir(small)
    write_npz(small, ARRAYS[::-1])
    write_folder(small / "data")
    monkeypatch.setenv("GEARTRAIN_DATASETS", str(small / "data"))
    assert_loaded(mnist.load_data())


def test_what_the_mirrors_give_is_kept(small, monkeypatch):
    write_folder(small / "public")
    monkeypatch.setattr(mnist, "IDX_MIRRORS", ((small / "public").as_uri() + "/",))
    digests = tuple(sha256_of(small / "public" / f"{name}.gz") for name in mnist.FILES)
    monkeypatch.setattr(mnist, "FILE_DIGESTS", digests)
    assert_loaded(mnist.load_data())
    shutil.rmtree(small / "public")
    assert_loaded(mnist.load_data())


def test_damaged_files_in_the_cache_are_downloaded_anew(small, monkeypatch):
    public = write_npz(small / "public", ARRAYS)
    monkeypatch.setattr(mnist, "NPZ_MIRRORS", (public.as_uri(),))
    monkeypatch.setattr(mnist, "NPZ_DIGEST", sha256_of(public))
    cached = small / "home/datasets/mnist.npz"
    cached.parent.mkdir(parents=True)
    cached.write_bytes(b"no archive")
    with pytest.warns(UserWarning, match="is passed over"):
        assert_loaded(mnist.load_data())
    assert cached.read_bytes() == public.read_bytes()


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


def test_what_a_named_folder_lacks_is_named(small):
    write_folder(small / "data/mnist")
    (small / "data/mnist/t10k-labels-idx1-ubyte.gz").unlink()
    with pytest.raises(DataUnavailable, match="which lacks t10k-labels-idx1-ubyte\n"):
        mnist.load_data(small / "data")


def test_a_cache_that_cannot_be_written_is_named(small):
    (small / "home").mkdir()
    (small / "home/datasets").write_text("a file in the folder's place")
    with pytest.raises(DataUnavailable, match=r"given:.*File exists"):
        mnist.load_data()


@pytest.mark.parametrize(
    ("content", "complaint"),
    [
        (b"", "begins with"),
        (b"\x00\x00\x0d\x01" + bytes(8), "begins with"),
        (bytes([0, 0, 8, 1, 0, 0, 0, 9]) + b"123456", "6 bytes for 9 elements"),
        (bytes([0, 0, 8, 1, 0, 0, 0, 2]) + b"123", "more bytes for 2 elements"),
        (bytes([0, 0, 8, 3, 0, 0]), "ends within its sizes"),
        (bytes([0, 0, 8, 2]) + b"\xff" * 8, "too large for the file"),
        (b"\x1f\x8b broken", "damaged gzip"),
        (
            gzip.compress(bytes([0, 0, 8, 1, 0, 0, 0, 9]) + b"123456789", mtime=0)[:-12],
            "damaged gzip",
        ),
        (
            gzip.compress(bytes([0, 0, 8, 1]) + bytes(4), mtime=0)[:10] + b"\xff\xff\xff",
            "damaged gzip",
        ),
    ],
)
def test_files_that_are_no_whole_idx_files(tmp_path, content, complaint):
    path = tmp_path / "x"
    path.write_bytes(content)
    with pytest.raises(ValueError, match=complaint):
        read_idx(path)
