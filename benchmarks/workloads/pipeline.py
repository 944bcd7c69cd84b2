"""The book's first network, fed from arrays and from a Parquet file, in turn: A B A B.

Images lie in the file as bytes, a list of 784 to a row; on their way they become floats.
"""

from __future__ import annotations

import statistics
import tempfile
import time
from pathlib import Path
from typing import Any

import numpy as np

from workloads import data, networks

BATCH = 128
BUFFER = 10_000


def pipeline(_library: str, options: dict[str, Any]) -> dict[str, float]:
    """Seconds an epoch takes either way, and their ratio."""
    import geartrain

    (x, y), _ = data.digits()
    epochs, turns = int(options["epochs"]), int(options["turns"])
    with tempfile.TemporaryDirectory() as folder:
        path = _written(Path(folder) / "digits.parquet", x, y)
        feeds = {"arrays": _arrays(geartrain, x, y), "parquet": _parquet(geartrain, path)}
        taken: dict[str, list[float]] = {name: [] for name in feeds}
        for feed in feeds.values():
            feed(1)  # compiles, and brings the file into memory, as reading the arrays did
        for _ in range(turns):
            for name, feed in feeds.items():
                start = time.perf_counter()
                feed(epochs)
                taken[name].append((time.perf_counter() - start) / epochs)
    ratios = [b / a for a, b in zip(taken["arrays"], taken["parquet"], strict=True)]
    return {
        "arrays_s": min(taken["arrays"]),
        "parquet_s": min(taken["parquet"]),
        "ratio": statistics.median(ratios),
    }


def _written(path: Path, x: np.ndarray, y: np.ndarray) -> Path:
    import pyarrow
    from pyarrow import parquet

    pixels = pyarrow.array(np.rint(x * 255).astype(np.uint8).reshape(-1))
    labels = pyarrow.array(y.astype(np.float32).reshape(-1))
    table = pyarrow.table(
        {
            "image": pyarrow.FixedSizeListArray.from_arrays(pixels, x.shape[1]),
            "label": pyarrow.FixedSizeListArray.from_arrays(labels, y.shape[1]),
        }
    )
    parquet.write_table(table, path)
    return path


def _arrays(keras: Any, x: np.ndarray, y: np.ndarray) -> Any:
    network = networks.digits(keras)
    return lambda epochs: network.fit(x, y, batch_size=BATCH, epochs=epochs, verbose=0)


def _parquet(keras: Any, path: Path) -> Any:
    network = networks.digits(keras)
    dataset = (
        keras.data.Dataset.from_parquet(path, "image", "label")
        .shuffle(BUFFER, seed=0)
        .batch(BATCH)
        .map(lambda image, label: (keras.ops.cast(image, "float32") / 255, label))
        .prefetch(2)
    )
    return lambda epochs: network.fit(dataset, epochs=epochs, verbose=0)
