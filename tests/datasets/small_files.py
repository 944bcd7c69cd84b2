"""Small files in the formats of the data sets, written as their owners wrote them."""

import io
import pickle
import tarfile

import numpy as np


def write_texts(path, **texts):
    """An .npz of arrays of lists and of arrays of numbers."""
    np.savez(path, **{name: as_lists(each) for name, each in texts.items()})


def as_lists(given):
    if not isinstance(given[0], list):
        return np.array(given)
    found = np.empty(len(given), object)
    found[:] = given
    return found


def some_texts(count, seed):
    random = np.random.default_rng(seed)
    return [random.integers(1, 400, random.integers(2, 30)).tolist() for _ in range(count)]


def write_imdb(path):
    random = np.random.default_rng(0)
    write_texts(
        path,
        x_train=some_texts(12, 1),
        y_train=random.integers(0, 2, 12).tolist(),
        x_test=some_texts(9, 2),
        y_test=random.integers(0, 2, 9).tolist(),
    )


def write_reuters(path):
    labels = np.random.default_rng(0).integers(0, 46, 15).tolist()
    write_texts(path, x=some_texts(15, 3), y=labels)


def write_houses(path, rows, columns):
    random = np.random.default_rng(4)
    np.savez(path, x=random.normal(size=(rows, columns)), y=random.normal(size=rows))


def write_cifar(path, folder, batches):
    """An archive of batches, pickled with the protocol of Python 2."""
    with tarfile.open(path, "w:gz") as archive:
        for name, batch in batches.items():
            data = pickle.dumps(batch, protocol=2)
            member = tarfile.TarInfo(f"{folder}/{name}")
            member.size = len(data)
            archive.addfile(member, io.BytesIO(data))


def cifar_batch(pictures, seed, **labels):
    data = np.random.default_rng(seed).integers(0, 256, (pictures, 3072), dtype=np.uint8)
    return {b"data": data, b"batch_label": b"some", **labels}
