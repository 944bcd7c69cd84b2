"""MNIST: 70,000 handwritten digits, 28 x 28 pixels each.

    (train_images, train_labels), (test_images, test_labels) = mnist.load_data()

It is looked for in the folder that GEARTRAIN_DATASETS names, in `~/.geartrain/datasets`, in
Keras's cache, then on several mirrors. Whatever is found is checked by the digest of its arrays.

Source: LeCun, Cortes and Burges, from NIST Special Databases 1 and 3.
"""

from __future__ import annotations

import hashlib
import warnings
import zipfile
import zlib
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np

from geartrain.data.idx import read_idx
from geartrain.datasets.sample import Array, Split, load_sample
from geartrain.datasets.unavailable import DataUnavailable
from geartrain.errors import explain
from geartrain.settings import settings

__all__ = ["load_data", "load_sample"]

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
NOT_AN_NPZ = (KeyError, TypeError, ValueError, EOFError, zipfile.BadZipFile, zlib.error)


def load_data(path: str | Path = "mnist.npz") -> Split:
    """Load MNIST as `(x_train, y_train), (x_test, y_test)`, all `uint8`.

    Shapes: `(60000, 28, 28)`, `(60000,)`, `(10000, 28, 28)`, `(10000,)`.

    Args:
        path: the file's name in the cache, as in Keras; or a folder, or an .npz file given with
            its folder, to load from.

    Raises:
        DataUnavailable: it is not on this machine, and no mirror gave it; names the ways out.
        ValueError: what was found is not MNIST; names the file and the digest.
    """
    place = Path(path)
    if len(place.parts) > 1 or place.is_dir():
        return _load_from(place, f"path={str(path)!r}")
    if settings.datasets is not None:
        return _load_from(settings.datasets, "GEARTRAIN_DATASETS")
    cached = _load_cached(place.name)
    return cached if cached is not None else _download(settings.home / "datasets", place.name)


def _load_from(place: Path, source: str) -> Split:
    """Load from a place that the user names: what is wrong there is an error."""
    if place.is_file():
        return _load_npz(place)
    for folder in (place, place / "mnist"):
        if (folder / "mnist.npz").is_file():
            return _load_npz(folder / "mnist.npz")
        if not _lacking(folder):
            return _load_idx(folder)
    raise DataUnavailable(_missing_message(place, source))


def _load_cached(name: str) -> Split | None:
    """Load from the caches: what is wrong there is passed over, and said."""
    for load, place in _cached(name):
        try:
            return load(place)
        except (ValueError, OSError) as error:
            warnings.warn(f"{place} is passed over. {error}", stacklevel=3)
    return None


def _cached(name: str) -> Iterator[tuple[Callable[[Path], Split], Path]]:
    """What the caches seem to have: our own, then Keras's."""
    own = settings.home / "datasets"
    for file in (own / name, settings.keras_home / "datasets" / name):
        if file.is_file():
            yield _load_npz, file
    if not _lacking(own / "mnist"):
        yield _load_idx, own / "mnist"


def _download(folder: Path, name: str) -> Split:
    """Get the .npz from its mirror, or else the four files from theirs, into the cache."""
    attempts: list[str] = []
    for get, place in ((_download_npz, folder / name), (_download_idx, folder / "mnist")):
        try:
            return get(place)
        except OSError as error:
            attempts += getattr(error, "attempts", None) or [str(error)]
    raise DataUnavailable(_offline_message(folder, name, attempts))


def _download_npz(file: Path) -> Split:
    from geartrain.utils.download import download

    download(NPZ_MIRRORS, file, digest=NPZ_DIGEST)
    return _load_npz(file)


def _download_idx(folder: Path) -> Split:
    from geartrain.utils.download import download

    for each, digest in zip(FILES, FILE_DIGESTS, strict=True):
        addresses = [f"{mirror}{each}.gz" for mirror in IDX_MIRRORS]
        download(addresses, folder / f"{each}.gz", digest=digest)
    return _load_idx(folder)


def _load_npz(file: Path) -> Split:
    """Load from an .npz; nothing in it is executed."""
    try:
        with file.open("rb") as opened, np.load(opened, allow_pickle=False) as archive:
            arrays = [np.asarray(archive[name]) for name in NAMES]
    except NOT_AN_NPZ as error:
        raise ValueError(_broken_message(file, f"{type(error).__name__}: {error}")) from None
    return _split([_checked(part, array, file) for part, array in enumerate(arrays)])


def _load_idx(folder: Path) -> Split:
    files = [_idx_file(folder, name) for name in FILES]
    return _split([_checked(part, read_idx(file), file) for part, file in enumerate(files)])


def _idx_file(folder: Path, name: str) -> Path:
    """The file, gzipped if there is such a one, as downloads are."""
    gzipped = folder / f"{name}.gz"
    return gzipped if gzipped.is_file() else folder / name


def _lacking(folder: Path) -> list[str]:
    return [name for name in FILES if not _idx_file(folder, name).is_file()]


def _checked(part: int, array: Array, file: Path) -> Array:
    """The array, if it is the one that MNIST has there, to the byte."""
    if array.shape != SHAPES[part] or array.dtype != np.uint8:
        raise ValueError(_broken_message(file, f"{NAMES[part]} of {array.dtype}{array.shape}"))
    found = hashlib.sha256(np.ascontiguousarray(array).data).hexdigest()
    if found != DIGESTS[part]:
        given = f"{NAMES[part]} with SHA-256 {found}"
        raise ValueError(_broken_message(file, given, f"{NAMES[part]} with {DIGESTS[part]}"))
    return array


def _split(arrays: list[Array]) -> Split:
    x_train, y_train, x_test, y_test = arrays
    return (x_train, y_train), (x_test, y_test)


def _missing_message(place: Path, source: str) -> str:
    lacking = min(_lacking(place), _lacking(place / "mnist"), key=len)
    some = len(lacking) < len(FILES)
    return explain(
        "MNIST is not where it should be",
        given=f"{place} (set by {source})"
        + (f", which lacks {', '.join(lacking)}" if some else "")
        + ("" if place.exists() else ", which does not exist"),
        expected="mnist.npz there, or the four idx files there or in mnist/, gzipped or not",
        remedy=f"cp mnist.npz '{place}'/" + ", or unset it" * (source == "GEARTRAIN_DATASETS"),
    )


def _broken_message(file: Path, found: str, expected: str = "the four arrays of MNIST") -> str:
    name = file.name.removesuffix(".gz")
    source = f"{IDX_MIRRORS[0]}{name}.gz" if name in FILES else NPZ_MIRRORS[0]
    return explain(
        "This is not MNIST",
        given=f"{file}: {found}",
        expected=f"{expected}, as its SHA-256 digests say",
        remedy=f"put the right file in its place: {source}",
    )


def _offline_message(folder: Path, name: str, attempts: list[str]) -> str:
    return explain(
        "MNIST is neither on this machine nor to be had from the network",
        given=f"nothing in {folder} or {settings.keras_home / 'datasets'}; {'; '.join(attempts)}",
        expected="MNIST in one of the caches, or a connection to one of its mirrors",
        remedy="one of three:\n"
        "1. export GEARTRAIN_DATASETS=/folder/with/mnist.npz, or with the four idx files\n"
        f"2. cp mnist.npz '{folder / name}'\n"
        "3. connect to the network (https_proxy=... behind a proxy), and call again",
    )
