"""What is changed in the rooms while the door is open, so that what Keras 1 and 2 took is taken.

    adopt()    arguments by older names, `fit_generator`, `decay=`, `save_weights("w.h5")`, and
               `trainable` that is fixed by `compile`; arrays of tensors that can be written to
    drop()     all as before

Each change is a `Patch`: an attribute of a class, and what stands there instead. What they do is
said where it is defined; nobody who came by `import geartrain` sees any of it.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import chain
from typing import Any, NamedTuple

from geartrain.compat.keras import late_names
from geartrain.compat.keras.moved import moved_patches
from geartrain.compat.keras.older_layers import layer_patches
from geartrain.compat.keras.older_metrics import metric_patches
from geartrain.compat.keras.older_models import model_patches
from geartrain.compat.keras.older_optimizers import optimizer_patches
from geartrain.compat.keras.older_saving import saving_patches
from geartrain.compat.keras.older_tensors import tensor_patches
from geartrain.compat.keras.renamed import forget_warnings

MISSING = object()


class Patch(NamedTuple):
    """An attribute of a class, and what stands there while the door is open."""

    owner: Any
    name: str
    value: Any


_before: list[Patch] = []


def adopt() -> None:
    """Take what Keras 1 and 2 took."""
    for patch in patches():
        _before.append(Patch(patch.owner, patch.name, vars(patch.owner).get(patch.name, MISSING)))
        setattr(patch.owner, patch.name, patch.value)
    late_names.watch()
    forget_warnings()


def drop() -> None:
    """Take what Keras 3 takes."""
    late_names.stop()
    while _before:
        owner, name, value = _before.pop()
        if value is MISSING:
            delattr(owner, name)
        else:
            setattr(owner, name, value)


def patches() -> Iterator[Patch]:
    """All changes."""
    kinds = (
        layer_patches,
        model_patches,
        saving_patches,
        optimizer_patches,
        moved_patches,
        tensor_patches,
        metric_patches,
    )
    for owner, name, value in chain.from_iterable(each() for each in kinds):
        yield Patch(owner, name, value)
