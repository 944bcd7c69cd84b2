"""Names of NumPy and SciPy that scripts of Keras 2's time use, and that are gone or moved.

np.int            ->   int
scipy.misc.imsave ->   Pillow, as SciPy's own did
"""

from __future__ import annotations

import warnings
from collections.abc import Iterator
from importlib import import_module
from importlib.util import find_spec
from types import ModuleType
from typing import Any

import numpy as np

from geartrain.tensor import Array
from geartrain.utils.images import pillow

Patch = tuple[Any, str, Any]
BUILTINS = {"bool": bool, "complex": complex, "float": float, "int": int, "object": object,
            "str": str}  # fmt: skip


def moved_patches() -> Iterator[Patch]:
    """What NumPy and SciPy lack."""
    for name, value in BUILTINS.items():
        if name not in vars(np):
            yield np, name, value
    misc = _scipy_misc()
    for function in (imread, imresize, imsave):
        if misc is not None and function.__name__ not in vars(misc):
            yield misc, function.__name__, function


def _scipy_misc() -> ModuleType | None:
    """SciPy's module of leftovers, which SciPy itself advises against; None without SciPy."""
    if find_spec("scipy") is None:
        return None
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            return import_module("scipy.misc")
        except ImportError:
            return None


def imsave(name: Any, arr: Any, format: Any = None) -> None:
    """Write an array as a picture, its numbers brought to 0 ... 255 unless they are bytes."""
    pillow().fromarray(_as_bytes(np.asarray(arr))).save(name, format)


def imread(name: Any, flatten: bool = False, mode: str | None = None) -> Array:
    """The picture of a file as an array."""
    picture = pillow().open(name)
    return np.asarray(picture.convert("F" if flatten else mode) if flatten or mode else picture)


def imresize(arr: Any, size: Any, interp: str = "bilinear", mode: str | None = None) -> Array:
    """A picture in another size: a share (float), a percentage (int), or (rows, columns)."""
    picture = pillow().fromarray(_as_bytes(np.asarray(arr)), mode)
    if isinstance(size, int | float):
        share = size / 100 if isinstance(size, int) else size
        size = (int(picture.height * share), int(picture.width * share))
    way = getattr(pillow().Resampling, interp.upper())
    return np.asarray(picture.resize((size[1], size[0]), way))


def _as_bytes(array: Array) -> Array:
    if array.dtype == np.uint8:
        return array
    least, most = float(array.min()), float(array.max())
    scaled = (array - least) * (255.0 / (most - least or 1.0))
    return np.asarray((scaled + 0.5).clip(0, 255), dtype=np.uint8)
